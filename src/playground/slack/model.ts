/** A Block Kit block, as the app sent it. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  /** A guest, of one or of several channels. */
  readonly isRestricted?: boolean | undefined;
  /** An admin or owner of the workspace. */
  readonly isAdmin?: boolean | undefined;
  /** Another workspace's id when the user comes in by Slack Connect. */
  readonly teamId?: string | undefined;
}

export type ChannelKind = 'channel' | 'group' | 'im' | 'mpim';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** User ids, the bot's among them when it was invited. */
  readonly members: Set<string>;
  readonly isExtShared?: boolean | undefined;
  readonly isArchived?: boolean | undefined;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly user: string;
  readonly content: Uint8Array;
  /** Departures from what Slack says of a hosted file, for instance `{ mode: 'external', is_external: true }`. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** Of another organisation: messages hold its id alone, and files.info tells the rest. */
  readonly isForeign?: boolean | undefined;
}

export interface NewFile {
  readonly name: string;
  readonly mimetype: string;
  readonly content: string | Uint8Array;
  readonly fields?: SlackFile['fields'];
  readonly isForeign?: boolean | undefined;
}

export type StreamState = 'in_progress' | 'completed' | 'errored';

/** A stored message. Never changed in place: an update replaces it, so a listener may keep the old one. */
export interface Message {
  readonly channelId: string;
  readonly ts: string;
  readonly userId: string;
  /** Set on the app's own messages. */
  readonly botId?: string | undefined;
  readonly text: string;
  readonly blocks?: readonly Block[] | undefined;
  /** Set on replies; a thread's root has none here and gets its own `ts` on the wire once there are replies. */
  readonly threadTs?: string | undefined;
  readonly files?: readonly SlackFile[] | undefined;
  readonly metadata?: unknown;
  readonly edited?: { readonly userId: string; readonly ts: string } | undefined;
  readonly reactions?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Set on messages that were begun with chat.startStream. */
  readonly stream?: { readonly state: StreamState; readonly startedAt: number } | undefined;
}

/** What "is thinking…" shows under a thread. */
export interface ThreadStatus {
  readonly status: string;
  readonly loadingMessages?: readonly string[] | undefined;
}

export type SessionStatus = 'active' | 'processing' | 'suspended' | 'closed';

export interface SuggestedPrompts {
  readonly title?: string | undefined;
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

/** A message that only one user sees and that Slack does not keep. */
export interface Ephemeral {
  readonly channelId: string;
  readonly ts: string;
  /** The one who sees it. */
  readonly userId: string;
  readonly text: string;
  readonly blocks?: readonly Block[] | undefined;
  readonly threadTs?: string | undefined;
}

/** A modal that the app opened. */
export interface OpenedView {
  readonly id: string;
  /** Whose click opened it. */
  readonly userId: string;
  readonly view: Readonly<Record<string, unknown>>;
}

export type WorkspaceChange =
  | { readonly type: 'message_added'; readonly message: Message }
  | { readonly type: 'message_updated'; readonly message: Message; readonly previous: Message }
  | { readonly type: 'message_deleted'; readonly message: Message }
  | {
      readonly type: 'status_changed';
      readonly channelId: string;
      readonly threadTs: string;
      /** Absent: the status was cleared. */
      readonly status?: ThreadStatus | undefined;
    }
  | {
      readonly type: 'session_changed';
      readonly channelId: string;
      readonly threadTs: string;
      readonly status: SessionStatus;
    }
  | { readonly type: 'prompts_changed'; readonly channelId: string; readonly prompts: SuggestedPrompts }
  | { readonly type: 'ephemeral_posted'; readonly message: Ephemeral }
  | { readonly type: 'ephemeral_removed'; readonly ephemeral: Ephemeral }
  | { readonly type: 'home_published'; readonly view: OpenedView }
  | { readonly type: 'view_opened'; readonly view: OpenedView };
