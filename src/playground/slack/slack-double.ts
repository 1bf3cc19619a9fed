import type { Delivery, SendOptions } from './deliveries.js';
import type { EnvelopeChanges, SlackEvent } from './events.js';
import type { Message, NewFile } from './model.js';
import type { SlashCommand } from './slash-command.js';
import type { SocketMode } from './socket-mode.js';
import type { WaitOptions } from './wait-for.js';
import type { SlackApi } from './web-api.js';
import type { Workspace } from './workspace.js';

export interface SlackDoubleOptions {
  /** All of them have installed the same app. @default one, with people and channels in it */
  readonly workspaces?: readonly Workspace[];
  /** @default 0, a free port */
  readonly port?: number;
  /** Enforce Slack's rate tiers. @default not */
  readonly limits?: 'slack';
  /** The clock of message timestamps (of the default workspace) and of rate tiers, in milliseconds. */
  readonly now?: () => number;
  /** Between 0 and 1: decides which of a mention's two events goes first, and which socket gets an event. */
  readonly random?: () => number;
  /** @default Slack's own: at once, after 1 minute, after 5 */
  readonly retryDelaysMs?: readonly number[];
  /** @default Slack's own: 3000 */
  readonly ackTimeoutMs?: number;
  /** The events that the app subscribed to, as in its manifest ("app_mention", "message.channels"). @default all */
  readonly subscriptions?: readonly string[];
}

export type Connection = { readonly kind: 'http'; readonly url: string } | { readonly kind: 'socket' };

/** Where something happens; the first workspace without `teamId`. */
export interface Place {
  readonly teamId?: string | undefined;
  readonly channel: string;
}

export interface Post extends Place {
  readonly user: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
  readonly files?: readonly NewFile[];
  /** Fixes the timestamp, for instance to have the same one in two workspaces. */
  readonly ts?: string | undefined;
  /** Which of a mention's two events goes first. @default by chance */
  readonly first?: 'app_mention' | 'message';
}

/** What a person did, and how its events were received. */
export interface Posted {
  readonly message: Message;
  /** In the order in which they were sent; each after its first attempt. */
  readonly deliveries: readonly Delivery[];
}

export interface DeliverOptions extends SendOptions {
  readonly teamId?: string;
  readonly envelope?: EnvelopeChanges;
}

export interface SlackDouble
  extends Pick<SlackApi, 'apiUrl' | 'appToken' | 'calls' | 'onCall' | 'fail' | 'clearFaults'> {
  /** Of the first workspace; the others have their own. */
  readonly botToken: string;
  readonly signingSecret: string;
  readonly socketMode: SocketMode;
  workspace(teamId?: string): Workspace;
  /** How events reach the app from now on. */
  connect(connection: Connection): void;
  /** A person writes. Resolves when every event was tried once; retries go on behind it. */
  post(post: Post): Promise<Posted>;
  edit(edit: Place & { readonly ts: string; readonly text: string }): Promise<Posted>;
  delete(message: Place & { readonly ts: string }): Promise<Posted>;
  /** A person clicks a button that the message really shows. */
  click(
    click: Place & {
      readonly user: string;
      readonly ts: string;
      readonly actionId: string;
      readonly value?: string;
    },
  ): Promise<Delivery>;
  /** A person reacts to a message, or takes the reaction back. */
  react(
    reaction: Place & {
      readonly user: string;
      readonly ts: string;
      readonly name: string;
      readonly removed?: boolean;
    },
  ): Promise<Posted>;
  /** A person presses the stop button, which Slack shows only while the session is `processing`. */
  stop(stop: Place & { readonly user: string; readonly threadTs: string }): Promise<Delivery>;
  /** A person types a slash command; what the app answers with its ack appears in the channel. */
  command(command: SlashCommand & Place): Promise<Delivery>;
  /** A person chooses one of the app's shortcuts in a message's menu. */
  shortcut(
    shortcut: Place & { readonly user: string; readonly ts: string; readonly callbackId: string },
  ): Promise<Delivery>;
  /** A person opens the app's own view: its Home tab, or the tab where they write to it. */
  openHome(
    user: string,
    tab: 'home' | 'messages',
    options?: { readonly teamId?: string },
  ): Promise<Posted['deliveries']>;
  /** Sends any event, in an envelope of its own. */
  deliver(event: SlackEvent, options?: DeliverOptions): Promise<Delivery>;
  /** Sends any interactivity payload or slash command. */
  interact(
    payload: Readonly<Record<string, unknown>>,
    kind?: 'interactive' | 'slash_commands',
  ): Promise<Delivery>;
  /** Sends the very same payload once more, as Slack does when an ack got lost. */
  redeliver(delivery: Delivery, options?: SendOptions): Promise<Delivery>;
  /** Every delivery so far, the echoes of the app's own posts included. */
  deliveries(): Delivery[];
  /** Waits for a condition on calls, workspaces and deliveries. The rejection lists the calls so far. */
  waitFor<T>(find: () => T | undefined | null | false, options?: WaitOptions): Promise<T>;
  close(): Promise<void>;
}
