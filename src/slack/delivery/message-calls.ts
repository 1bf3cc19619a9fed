import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { Metered, SlackBudget } from '../connection/slack-budget.js';
import { isAway, mayHaveHappened, retryAfterMs, slackErrorCode } from '../connection/slack-errors.js';
import type { SlackReach } from '../connection/slack-reach.js';
import { ANSWER_PART, type OwnMessages } from './own-messages.js';

export interface MessageCallsOptions {
  readonly client: WebClient;
  readonly budget: SlackBudget;
  readonly own: OwnMessages;
  /** Waits out an outage. Without it what cannot be sent now is given up. */
  readonly reach?: Pick<SlackReach, 'back'> | undefined;
  readonly channel: string;
  readonly threadTs: string;
  readonly log: Log;
  /** Hears how long a post will have to wait for its turn. */
  readonly onWait?: ((ms: number) => unknown) | undefined;
}

/** Every call is made at most so often: what is sent twice says the same twice, or it was looked up before. */
const ATTEMPTS = 4;
/** A rate limit longer than this is not waited for. */
const MAX_WAIT_MS = 60_000;
/** Slack's text for notifications; refused from about 4,000 characters. */
const MAX_FALLBACK_CHARS = 3_800;

const GONE: ReadonlySet<string> = new Set([
  'message_not_in_streaming_state',
  'stopped_by_user',
  'message_not_found',
]);
/** Refusals of blocks or metadata: the text alone may still pass. */
const CONTENT_REFUSED = /^(?:invalid_(?:blocks|metadata)|msg_(?:blocks_)?too_|metadata_)/;

/** The calls that write and that must take effect once: whatever becomes of the answer, it is known afterwards. */
export class MessageCalls {
  readonly #options: MessageCallsOptions;

  constructor(options: MessageCallsOptions) {
    this.#options = options;
  }

  /**
   * Ends a stream with its last text. `gone`: it had ended before, with or without that text. `refused`: Slack does not take
   * it, and the stream may still be open.
   */
  async stop(
    ts: string,
    text: string,
    blocks: readonly KnownBlock[],
    isLast: boolean,
  ): Promise<'done' | 'gone' | 'refused'> {
    const { client, channel } = this.#options;
    let last = text;
    const outcome = await this.#attempt('chat.stopStream', async () => {
      const more = {
        ...(last && { markdown_text: last }),
        ...(blocks.length > 0 && { blocks: [...blocks] }),
      };
      await client.chat
        .stopStream({ channel, ts, ...more, ...(isLast && { session_status: 'active' }) })
        .catch((error: unknown) => {
          if (slackErrorCode(error) === 'no_text') last = '…';
          throw error;
        });
    });
    if (outcome.error === undefined) return 'done';
    return GONE.has(slackErrorCode(outcome.error) ?? '') ? 'gone' : 'refused';
  }

  /** Makes a message say this and nothing else. False when Slack does not take it. */
  async update(ts: string, text: string, blocks: readonly KnownBlock[]): Promise<boolean> {
    const { client, channel } = this.#options;
    const { error } = await this.#attempt('chat.update', () =>
      client.chat.update({ channel, ts, ...contentOf(text, blocks) }),
    );
    return error === undefined;
  }

  /** Posts a part of an answer once, waiting for the channel's turn. @throws whatever Slack last refused it with. */
  async post(part: string, text: string, blocks: readonly KnownBlock[]): Promise<string | undefined> {
    const { client, channel, threadTs, own, onWait } = this.#options;
    let plain = false;
    let ts: string | undefined;
    const { error } = await this.#attempt(
      'chat.postMessage',
      async (attempt) => {
        if (attempt > 1) {
          ts = (await own.read())?.find((message) => message.part === part)?.ts;
          if (ts) return;
        }
        const common = { channel, thread_ts: threadTs, unfurl_links: false, unfurl_media: false };
        const metadata = { event_type: ANSWER_PART, event_payload: { part } };
        const { text: fallback, blocks: all } = contentOf(text, blocks);
        const posted = await client.chat
          .postMessage(
            plain ? { ...common, text: fallback } : { ...common, text: fallback, blocks: all, metadata },
          )
          .catch((refusal: unknown) => {
            if (CONTENT_REFUSED.test(slackErrorCode(refusal) ?? '')) plain = true;
            throw refusal;
          });
        ts = posted.ts;
      },
      { channel, onWait },
    );
    if (error !== undefined) throw error;
    return ts;
  }

  /** Makes a call until Slack takes it, refuses it for good, or too many attempts were in vain. */
  async #attempt(
    method: Metered,
    call: (attempt: number) => Promise<unknown>,
    { channel, onWait }: { channel?: string; onWait?: ((ms: number) => unknown) | undefined } = {},
  ): Promise<{ error?: unknown }> {
    const { budget, reach, log } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      await budget.take(method, channel, onWait);
      try {
        await call(attempt);
        return {};
      } catch (error) {
        const wait = retryAfterMs(error);
        if (wait !== undefined) budget.leaveAlone(method, channel, Math.min(wait, MAX_WAIT_MS));
        const mayPass =
          wait !== undefined
            ? wait <= MAX_WAIT_MS
            : mayHaveHappened(error) ||
              /^(?:no_text$|invalid_|msg_|metadata_)/.test(slackErrorCode(error) ?? '');
        log.info({ slackError: String(error), method, attempt }, 'Slack did not take a call');
        if (!mayPass || attempt >= ATTEMPTS) return { error };
        // One lost call is no outage yet.
        if (attempt > 1 && isAway(error)) await reach?.back();
      }
    }
  }
}

function contentOf(text: string, blocks: readonly KnownBlock[]): { text: string; blocks: KnownBlock[] } {
  const body: KnownBlock[] = text.trim() ? [{ type: 'markdown', text }] : [];
  return { text: text.trim().slice(0, MAX_FALLBACK_CHARS) || 'Sources', blocks: [...body, ...blocks] };
}
