import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import type { SlackReach } from '../connection/slack-reach.js';

export interface MessageStreamOptions {
  readonly client: WebClient;
  readonly channel: string;
  readonly threadTs: string;
  readonly questionTs: string;
  readonly botUserId: string;
  /** Tells the answer's posts apart from others in the thread. */
  readonly runId: string;
  /** Who reads it: Slack wants both outside direct messages, and refuses to stream without. */
  readonly recipientTeamId?: string | undefined;
  readonly recipientUserId?: string | undefined;
  readonly log: Log;
  /** Shared by all answers of the workspace. @default one of its own */
  readonly budget?: SlackBudget | undefined;
  /** Waits out an outage of Slack. Without it what cannot be sent now is given up. */
  readonly reach?: Pick<SlackReach, 'back'> | undefined;
  /** A message of the bot that the answer takes the place of, instead of being streamed. */
  readonly replaces?: string | undefined;
  /** For files. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Hears the timestamp of each message of the answer, as soon as Slack has it. */
  readonly onMessage?: ((ts: string) => void) | undefined;
  /** Hears that Slack lets the answer wait, and for how many milliseconds. */
  readonly onWait?: ((ms: number) => unknown) | undefined;
  /** Between two appends, while few answers are streamed at a time. @default 1.2 s */
  readonly intervalMs?: number | undefined;
  readonly now?: (() => number) | undefined;
}
