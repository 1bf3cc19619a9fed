import { randomUUID } from 'node:crypto';
import { createMessageStore } from './message-store.js';
import type {
  Block,
  Channel,
  Ephemeral,
  Message,
  NewFile,
  OpenedView,
  SessionStatus,
  SlackFile,
  SuggestedPrompts,
  ThreadStatus,
  User,
  WorkspaceChange,
} from './model.js';

export interface WorkspaceOptions {
  /** @default 'T0LOCAL' */
  readonly teamId?: string;
  readonly teamName?: string;
  readonly botUserId?: string;
  readonly botId?: string;
  readonly appId?: string;
  /** @default random: the Web API of the playground listens on loopback, where any page may knock */
  readonly botToken?: string;
  /** Scopes that the bot token has; a method that needs another is refused. @default every scope */
  readonly scopes?: readonly string[];
  /** People and their channels. @default Ada and Grace, #general, #help, a private channel, a group DM, DMs with the bot */
  readonly users?: readonly User[];
  readonly channels?: readonly Channel[];
  /** Milliseconds since the epoch; message timestamps follow it. */
  readonly now?: () => number;
}

export interface NewMessage {
  readonly channelId: string;
  readonly userId: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
  readonly blocks?: readonly Block[] | undefined;
  readonly files?: readonly SlackFile[] | undefined;
  readonly metadata?: unknown;
  readonly streaming?: boolean;
  /** Fixes the timestamp, for instance to have the same one in two workspaces. */
  readonly ts?: string | undefined;
}

export type MessageEdit = Partial<
  Pick<Message, 'text' | 'blocks' | 'metadata' | 'edited' | 'reactions' | 'stream'>
>;

export interface Workspace {
  readonly teamId: string;
  readonly teamName: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly appId: string;
  readonly botToken: string;
  readonly scopes: readonly string[] | undefined;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly files: Map<string, SlackFile>;
  readonly ephemerals: Ephemeral[];
  readonly views: OpenedView[];
  readonly now: () => number;
  readonly nextTs: () => string;
  message(channelId: string, ts: string): Message | undefined;
  /** Oldest first, replies included. */
  messages(channelId: string): Message[];
  /** The root, then its replies, oldest first; without the root when it was deleted. */
  thread(channelId: string, threadTs: string): Message[];
  /** A person uploads a file, to be shared in a message. */
  addFile(userId: string, file: NewFile): SlackFile;
  /** @throws RangeError when the channel is unknown or the given ts is malformed or taken. */
  add(message: NewMessage): Message;
  /** @throws RangeError when there is no such message; likewise `remove`. */
  update(channelId: string, ts: string, edit: MessageEdit): Message;
  remove(channelId: string, ts: string): Message;
  status(channelId: string, threadTs: string): ThreadStatus | undefined;
  /** Without a status it is cleared. */
  setStatus(channelId: string, threadTs: string, status?: ThreadStatus): void;
  session(channelId: string, threadTs: string): SessionStatus | undefined;
  setSession(channelId: string, threadTs: string, status: SessionStatus): void;
  prompts(channelId: string): SuggestedPrompts | undefined;
  setPrompts(channelId: string, prompts: SuggestedPrompts): void;
  addEphemeral(message: Omit<Ephemeral, 'ts'>): Ephemeral;
  removeEphemeral(ephemeral: Ephemeral): void;
  /** What the user's Home tab of the app shows. */
  home(userId: string): OpenedView | undefined;
  publishHome(userId: string, view: Readonly<Record<string, unknown>>): OpenedView;
  openView(userId: string, view: Readonly<Record<string, unknown>>): OpenedView;
  /** An id that lets the app open a modal: once, within 3 seconds. */
  issueTrigger(userId: string): string;
  useTrigger(triggerId: string): { readonly userId: string } | 'invalid' | 'expired';
  onChange(listener: (change: WorkspaceChange) => void): () => void;
}

const TRIGGER_LIFE_MS = 3_000;

/** One in-memory Slack workspace: what the Web API reads and writes, and what the page shows. */
export function createWorkspace(options: WorkspaceOptions = {}): Workspace {
  const { teamId = 'T0LOCAL', botUserId = 'U0BOT', botId = 'B0BOT', now = Date.now } = options;
  const users = options.users ?? [...defaultUsers(), bot(botUserId)];
  const channels = options.channels ?? defaultChannels(botUserId);
  const store = createMessageStore(now);
  const listeners = new Set<(change: WorkspaceChange) => void>();
  const statuses = new Map<string, ThreadStatus>();
  const sessions = new Map<string, SessionStatus>();
  const prompts = new Map<string, SuggestedPrompts>();
  const homes = new Map<string, OpenedView>();
  const triggers = new Map<string, { userId: string; issuedAt: number }>();

  function announce(change: WorkspaceChange): void {
    for (const listener of listeners) listener(change);
  }

  function known(channelId: string, ts: string): Message {
    const message = store.find(channelId, ts);
    if (!message) throw new RangeError(`${teamId} has no message ${ts} in ${channelId}`);
    return message;
  }

  const workspace: Workspace = {
    teamId,
    teamName: options.teamName ?? 'Local workspace',
    botUserId,
    botId,
    appId: options.appId ?? 'A0APP',
    botToken: options.botToken ?? `xoxb-${randomUUID()}`,
    scopes: options.scopes,
    users: new Map(users.map((user) => [user.id, user])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    files: new Map(),
    ephemerals: [],
    views: [],
    now,
    nextTs: store.nextTs,
    message: store.find,
    messages: store.list,
    thread(channelId, threadTs) {
      const root = store.find(channelId, threadTs);
      return [...(root ? [root] : []), ...store.replies(channelId, threadTs)];
    },
    addFile(user, { content, ...file }) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const id = `F${randomUUID().slice(0, 8).toUpperCase()}`;
      const added: SlackFile = { ...file, id, user, content: bytes };
      workspace.files.set(id, added);
      return added;
    },
    add({ streaming = false, ts, ...rest }) {
      if (!workspace.channels.has(rest.channelId))
        throw new RangeError(`${teamId} has no channel ${rest.channelId}`);
      const message: Message = {
        ...rest,
        ts: ts ?? store.nextTs(),
        threadTs: rest.threadTs === ts ? undefined : rest.threadTs,
        botId: rest.userId === botUserId ? botId : undefined,
        stream: streaming ? { state: 'in_progress', startedAt: now() } : undefined,
      };
      store.insert(message);
      for (const file of message.files ?? []) workspace.files.set(file.id, file);
      announce({ type: 'message_added', message });
      clearStatusAfter(message);
      return message;
    },
    update(channelId, ts, edit) {
      const previous = known(channelId, ts);
      const message = { ...previous, ...edit };
      store.replace(message);
      announce({ type: 'message_updated', message, previous });
      if (edit.text !== undefined) clearStatusAfter(message);
      return message;
    },
    remove(channelId, ts) {
      const message = known(channelId, ts);
      store.remove(message);
      announce({ type: 'message_deleted', message });
      return message;
    },
    status: (channelId, threadTs) => statuses.get(`${channelId}:${threadTs}`),
    setStatus(channelId, threadTs, status) {
      if (status) statuses.set(`${channelId}:${threadTs}`, status);
      else statuses.delete(`${channelId}:${threadTs}`);
      announce({ type: 'status_changed', channelId, threadTs, status });
    },
    session: (channelId, threadTs) => sessions.get(`${channelId}:${threadTs}`),
    setSession(channelId, threadTs, status) {
      sessions.set(`${channelId}:${threadTs}`, status);
      announce({ type: 'session_changed', channelId, threadTs, status });
    },
    prompts: (channelId) => prompts.get(channelId),
    setPrompts(channelId, suggested) {
      prompts.set(channelId, suggested);
      announce({ type: 'prompts_changed', channelId, prompts: suggested });
    },
    addEphemeral(ephemeral) {
      const message = { ...ephemeral, ts: store.nextTs() };
      workspace.ephemerals.push(message);
      announce({ type: 'ephemeral_posted', message });
      return message;
    },
    removeEphemeral(ephemeral) {
      workspace.ephemerals.splice(workspace.ephemerals.indexOf(ephemeral), 1);
      announce({ type: 'ephemeral_removed', ephemeral });
    },
    home: (userId) => homes.get(userId),
    publishHome(userId, view) {
      const published = { id: homes.get(userId)?.id ?? newViewId(), userId, view };
      homes.set(userId, published);
      announce({ type: 'home_published', view: published });
      return published;
    },
    openView(userId, view) {
      const opened = { id: newViewId(), userId, view };
      workspace.views.push(opened);
      announce({ type: 'view_opened', view: opened });
      return opened;
    },
    issueTrigger(userId) {
      const id = `${Math.floor(now())}.${randomUUID()}`;
      triggers.set(id, { userId, issuedAt: now() });
      return id;
    },
    useTrigger(triggerId) {
      const trigger = triggers.get(triggerId);
      triggers.delete(triggerId);
      if (!trigger) return 'invalid';
      return now() - trigger.issuedAt > TRIGGER_LIFE_MS ? 'expired' : { userId: trigger.userId };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  /** Slack takes the status away as soon as the app shows something in the thread. */
  function clearStatusAfter({ botId: author, channelId, threadTs, text, blocks }: Message): void {
    if (author === undefined || threadTs === undefined || (text === '' && !blocks)) return;
    if (workspace.status(channelId, threadTs)) workspace.setStatus(channelId, threadTs);
  }

  return workspace;
}

const newViewId = () => `V${randomUUID().slice(0, 8).toUpperCase()}`;

const bot = (id: string): User => ({ id, name: 'threadsmith', realName: 'Threadsmith', isBot: true });

const defaultUsers = (): User[] => [
  { id: 'U0ADA', name: 'ada', realName: 'Ada Lovelace', isBot: false, isAdmin: true },
  { id: 'U0GRACE', name: 'grace', realName: 'Grace Hopper', isBot: false },
];

function defaultChannels(botUserId: string): Channel[] {
  const everyone = () => new Set(['U0ADA', 'U0GRACE', botUserId]);
  return [
    { id: 'C0GENERAL', name: 'general', kind: 'channel', members: everyone() },
    { id: 'C0HELP', name: 'help', kind: 'channel', members: everyone() },
    { id: 'G0PRIVATE', name: 'private', kind: 'group', members: everyone() },
    { id: 'G0GROUP', name: 'mpdm-ada--grace--threadsmith-1', kind: 'mpim', members: everyone() },
    { id: 'D0ADA', name: 'ada', kind: 'im', members: new Set(['U0ADA', botUserId]) },
    { id: 'D0GRACE', name: 'grace', kind: 'im', members: new Set(['U0GRACE', botUserId]) },
  ];
}
