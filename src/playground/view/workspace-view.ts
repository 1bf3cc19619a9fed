import { sessionIdFor } from '../../threads/session-id.js';
import type { TraceRecorder } from '../recorded-run.js';
import { runIdOf } from '../run-id-of.js';
import type { Channel, Ephemeral, Message } from '../slack/model.js';
import type { Workspace } from '../slack/workspace.js';
import { list } from '../unknown-json.js';
import { buttonsOf, type MessageButton } from './buttons-of.js';
import { createMessageToHtml } from './message-html.js';
import { type TraceView, traceViews } from './trace-view.js';
import { typedText } from './typed-text.js';

/** What the page reads of the local Slack workspace. */
export type ShownWorkspace = Pick<
  Workspace,
  | 'teamId'
  | 'teamName'
  | 'botUserId'
  | 'users'
  | 'channels'
  | 'message'
  | 'messages'
  | 'thread'
  | 'status'
  | 'session'
  | 'prompts'
  | 'ephemerals'
  | 'home'
  | 'onChange'
>;

/** How one part of the program runs at present, and what setting would change it. */
export interface Mode {
  readonly part: string;
  readonly mode: string;
  readonly change: string;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'dm' | 'group';
  /** What the app suggests to ask there. */
  readonly prompts: readonly { readonly title: string; readonly message: string }[];
}

export interface MessageView {
  readonly channelId: string;
  readonly ts: string;
  /** Absent on messages that stand in the channel itself. */
  readonly threadTs?: string | undefined;
  readonly author: { readonly name: string; readonly isBot: boolean };
  /** The only HTML that the page inserts; made safe here. */
  readonly html: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** The reader's own, as it was typed: it can be changed and deleted. */
  readonly typed?: string | undefined;
  readonly streaming: boolean;
  readonly edited: boolean;
  /** Only the reader sees it. */
  readonly ephemeral: boolean;
  readonly buttons: readonly (MessageButton & { readonly pressed: boolean })[];
  /** The LangSmith thread that this message starts; on messages in the channel itself. */
  readonly sessionId?: string | undefined;
  /** The LangSmith trace of this answer; on the bot's replies. */
  readonly runId?: string | undefined;
}

export interface StatusView {
  readonly channelId: string;
  readonly threadTs: string;
  readonly status?: string | undefined;
  /** The bot is at work, so that it can be stopped. */
  readonly working: boolean;
}

export interface ThreadTraces {
  readonly sessionId: string;
  readonly traces: readonly TraceView[];
}

export interface WorkspaceViewOptions {
  readonly workspace: ShownWorkspace;
  readonly recorder: TraceRecorder;
  /** Whom the page speaks as. */
  readonly userId: string;
  /** The value that this user last clicked under an action of a message. */
  readonly clicked: (message: Message | Ephemeral, actionId: string) => string | undefined;
}

/** Turns the workspace and the recorded runs into what the page shows. */
export function createWorkspaceView({ workspace, recorder, userId, clicked }: WorkspaceViewOptions) {
  const messageToHtml = createMessageToHtml();
  // A stored message is replaced, never changed, so its HTML is good for as long as it lives.
  const rendered = new WeakMap<object, string>();

  const nameOf = (id: string) => workspace.users.get(id)?.realName ?? workspace.channels.get(id)?.name;

  function htmlOf(message: Message | Ephemeral, markdown: boolean): string {
    const known = rendered.get(message);
    if (known !== undefined) return known;
    const html = messageToHtml({ text: message.text, blocks: message.blocks, markdown }, nameOf);
    rendered.set(message, html);
    return html;
  }

  function messageView(message: Message): MessageView {
    const { channelId, ts, threadTs, stream } = message;
    const buttons = buttonsOf(message.blocks);
    const isBot = message.userId === workspace.botUserId;
    return {
      channelId,
      ts,
      threadTs,
      author: { name: nameOf(message.userId) ?? message.userId, isBot },
      html: htmlOf(message, stream !== undefined),
      files: (message.files ?? []).map(({ name, content }) => ({ name, bytes: content.length })),
      typed: message.userId === userId ? typedText(message.text, workspace.users.values()) : undefined,
      streaming: stream?.state === 'in_progress',
      edited: message.edited !== undefined,
      ephemeral: false,
      buttons: buttons.map((button) => ({
        ...button,
        pressed: clicked(message, button.actionId) === button.value,
      })),
      sessionId:
        threadTs === undefined
          ? sessionIdFor({ tenantId: workspace.teamId, channelId, threadTs: ts })
          : undefined,
      runId: isBot ? runIdOf(workspace, message) : undefined,
    };
  }

  function ephemeralView(message: Ephemeral): MessageView {
    const { channelId, ts, threadTs } = message;
    return {
      channelId,
      ts,
      threadTs,
      author: { name: nameOf(workspace.botUserId) ?? workspace.botUserId, isBot: true },
      html: htmlOf(message, false),
      files: [],
      streaming: false,
      edited: false,
      ephemeral: true,
      buttons: buttonsOf(message.blocks).map((button) => ({ ...button, pressed: false })),
    };
  }

  function channels(): ChannelView[] {
    return [...workspace.channels.values()]
      .filter(({ members }) => members.has(userId))
      .map((channel) => {
        const { id, kind } = channel;
        return {
          id,
          name: channelName(channel),
          kind: kind === 'im' ? 'dm' : kind === 'mpim' ? 'group' : 'channel',
          prompts: workspace.prompts(id)?.prompts ?? [],
        };
      });
  }

  function channelName({ kind, name, members }: Channel): string {
    if (kind === 'im') return nameOf(workspace.botUserId) ?? name;
    const others = [...members].filter((id) => id !== userId).map((id) => nameOf(id) ?? id);
    return kind === 'mpim' ? others.join(', ') : name;
  }

  function threads(): Message[] {
    return channels().flatMap(({ id }) =>
      workspace.messages(id).filter(({ threadTs }) => threadTs === undefined),
    );
  }

  function statusView(channelId: string, threadTs: string): StatusView {
    const status = workspace.status(channelId, threadTs)?.status;
    return { channelId, threadTs, status, working: workspace.session(channelId, threadTs) === 'processing' };
  }

  function statuses(): StatusView[] {
    return threads()
      .map(({ channelId, ts }) => statusView(channelId, ts))
      .filter(({ status, working }) => status !== undefined || working);
  }

  /** The recorded traces of these threads ("channel/ts"), of every one without; only threads that have any. */
  function traces(only?: readonly string[]): ThreadTraces[] {
    return (only ?? threads().map(({ channelId, ts }) => `${channelId}/${ts}`))
      .map((thread) => thread.split('/'))
      .map(([channelId = '', threadTs = '']) =>
        sessionIdFor({ tenantId: workspace.teamId, channelId, threadTs }),
      )
      .map((sessionId) => ({
        sessionId,
        traces: traceViews(recorder.runsIn(sessionId), recorder.feedbackOn),
      }))
      .filter((thread) => thread.traces.length > 0);
  }

  /** The app's Home tab as this person sees it, safe like a message; empty while the app has published none. */
  function home(): string {
    const blocks = list(workspace.home(userId)?.view.blocks);
    return blocks.length === 0 ? '' : messageToHtml({ text: '', blocks }, nameOf);
  }

  function snapshot() {
    return {
      workspace: {
        name: workspace.teamName,
        me: { id: userId, name: nameOf(userId) ?? userId },
        bot: nameOf(workspace.botUserId) ?? 'bot',
        people: [...workspace.users.values()].map(({ id, name, realName, isBot }) => ({
          ...{ id, name, realName, isBot },
        })),
      },
      channels: channels(),
      messages: channels().flatMap(({ id }) => workspace.messages(id).map(messageView)),
      statuses: statuses(),
      home: home(),
      traces: traces(),
    };
  }

  return { channels, messageView, ephemeralView, statusView, home, traces, snapshot };
}
