import type { WebClient } from '@slack/web-api';
import type { SlackBudget } from '../connection/slack-budget.js';
import { retryAfterMs } from '../connection/slack-errors.js';

export interface OwnMessagesOptions {
  readonly client: WebClient;
  readonly budget: SlackBudget;
  readonly channel: string;
  readonly threadTs: string;
  /** The question's: what the bot wrote before it is of no interest. */
  readonly questionTs: string;
  readonly botUserId: string;
}

/** A message of the bot as Slack has it. */
export interface OwnMessage {
  readonly ts: string;
  readonly text: string;
  /** Which part of which answer it is; only posts say so. */
  readonly part: string | undefined;
  readonly fileIds: readonly string[];
}

/** The type of the metadata that says which part of which answer a post is. Everybody can read it: ids only. */
export const ANSWER_PART = 'threadsmith_answer_part';

const ATTEMPTS = 3;

/** What Slack has of an answer, for when no reply said whether a call took effect. */
export class OwnMessages {
  readonly #options: OwnMessagesOptions;

  constructor(options: OwnMessagesOptions) {
    this.#options = options;
  }

  /** The bot's messages in the thread since the question, oldest first; undefined when they cannot be read. */
  async read(): Promise<OwnMessage[] | undefined> {
    const { client, budget, channel, threadTs, questionTs, botUserId } = this.#options;
    const page = { channel, ts: threadTs, oldest: questionTs, limit: 200, include_all_metadata: true };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await budget.take('conversations.replies');
      try {
        const { messages = [] } = await client.conversations.replies(page);
        return messages
          .filter(({ user, ts = '' }) => user === botUserId && ts > questionTs)
          .map(({ ts = '', text = '', metadata, files = [] }) => ({
            ts,
            text,
            part: metadata?.event_type === ANSWER_PART ? partOf(metadata.event_payload) : undefined,
            fileIds: files.flatMap(({ id }) => id ?? []),
          }));
      } catch (error) {
        budget.leaveAlone('conversations.replies', undefined, retryAfterMs(error) ?? 0);
      }
    }
    return undefined;
  }
}

function partOf(payload: object | undefined): string | undefined {
  return payload && 'part' in payload ? String(payload.part) : undefined;
}

/** Slack gives text back in its own markup: only letters and digits are sure to be the same. */
export function sameText(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, '').replace(/[^\p{L}\p{N}]/gu, '');
}
