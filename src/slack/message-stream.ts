import { setTimeout } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import { patiently } from './patiently.js';
import { retryAfterMs } from './slack-errors.js';
import { splitText } from './split-text.js';

export interface MessageStreamOptions {
  readonly client: WebClient;
  readonly channel: string;
  readonly threadTs: string;
  /** Who reads it: Slack wants both outside direct messages, and refuses to stream without. */
  readonly recipientTeamId?: string | undefined;
  readonly recipientUserId?: string | undefined;
  readonly log: Log;
  /** Between two appends; Slack allows 100 a minute in a workspace. @default 1 s */
  readonly intervalMs?: number;
  readonly now?: () => number;
}

/** Slack refuses a streamed message at about 10.6 kB; the closing blocks need room too. */
const MAX_MESSAGE_BYTES = 9_000;
/** Less room than this is left empty: filled up, it would cut a sentence or a line of code in two. */
const MIN_PIECE_BYTES = 2_000;
/** Slack's `text` is refused from about 4,000 characters; longer answers are posted in parts. */
const MAX_POST_BYTES = 3_800;
/** Ends a message whose text goes on in another: Slack refuses to close a stream with nothing. */
const CONTINUES = '…';
/** A rate limit longer than this is not waited for: the rest goes out as a post. */
const MAX_WAIT_MS = 10_000;
/** A post is the last way out, so it waits longer. */
const MAX_POST_WAIT_MS = 60_000;

/**
 * Text that grows in a Slack thread: the first words at once, the rest by time, one call at a time. Where streaming is
 * refused or dies, what is not yet shown is posted at the end.
 */
export class MessageStream {
  readonly #options: Required<Pick<MessageStreamOptions, 'intervalMs' | 'now'>> & MessageStreamOptions;
  #canStream = true;
  /** The message that is streaming now. */
  #ts: string | undefined;
  #bytes = 0;
  #pending = '';
  #busy: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextCallAt = 0;
  /** Until when Slack wants no further call. */
  #leftAloneUntil = 0;
  #failures = 0;
  #finishing = false;

  constructor(options: MessageStreamOptions) {
    this.#options = { intervalMs: 1_000, now: Date.now, ...options };
  }

  /** When the first text could be seen, by the clock of `now`. */
  shownAt: number | undefined;

  write(text: string): void {
    this.#pending += text;
    this.#pump();
  }

  /**
   * Shows all that is left and closes the message with `blocks`. `streamed` when the stream itself was closed, and with it
   * Slack's processing state. Rejects when not even a post got through.
   */
  async finish(blocks: readonly KnownBlock[]): Promise<'streamed' | 'posted'> {
    this.#finishing = true;
    clearTimeout(this.#timer);
    await this.#busy;
    while (this.#canStream && this.#ts && this.#room() < Buffer.byteLength(this.#pending)) {
      await setTimeout(Math.max(0, this.#leftAloneUntil - this.#options.now()));
      await this.#send();
    }
    if (this.#ts && this.#canStream && (await this.#stop(this.#ts, this.#pending, blocks))) return 'streamed';
    if (this.#ts) await this.#stop(this.#ts, CONTINUES, []);
    await this.#post(blocks);
    return 'posted';
  }

  #pump(): void {
    if (!this.#canStream || this.#busy || this.#finishing || this.#pending.trim() === '') return;
    clearTimeout(this.#timer);
    const wait = Math.max(this.#nextCallAt, this.#leftAloneUntil) - this.#options.now();
    if (wait > 0) this.#timer = globalThis.setTimeout(() => this.#pump(), wait);
    else {
      this.#busy = this.#send().then(() => {
        this.#busy = undefined;
        this.#pump();
      });
    }
  }

  /** One call to Slack; never rejects. On failure the text stays pending. */
  async #send(): Promise<void> {
    const [text, rest] = this.#nextPiece();
    this.#nextCallAt = this.#options.now() + this.#options.intervalMs;
    try {
      if (!this.#ts) this.#ts = await this.#start(text);
      else if (rest) await this.#closeFull(this.#ts, text);
      else await this.#append(this.#ts, text);
      // Only now: text written meanwhile stands behind it in #pending.
      this.#pending = this.#pending.slice(text.length);
      this.#bytes = this.#ts ? this.#bytes + Buffer.byteLength(text) : 0;
      this.#failures = 0;
      this.shownAt ??= this.#options.now();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What goes out now, and what must wait for another message. A message that is nearly full is closed, not filled up. */
  #nextPiece(): [text: string, rest: string] {
    if (!this.#ts) return splitText(this.#pending, MAX_MESSAGE_BYTES / 2);
    if (Buffer.byteLength(this.#pending) <= this.#room()) return [this.#pending, ''];
    return this.#room() < MIN_PIECE_BYTES ? ['', this.#pending] : splitText(this.#pending, this.#room());
  }

  #room(): number {
    return Math.max(0, MAX_MESSAGE_BYTES - this.#bytes);
  }

  async #start(text: string): Promise<string | undefined> {
    const { client, channel, threadTs, recipientTeamId, recipientUserId } = this.#options;
    const { ts } = await client.chat.startStream({
      channel,
      thread_ts: threadTs,
      markdown_text: text,
      ...(recipientTeamId && { recipient_team_id: recipientTeamId }),
      ...(recipientUserId && { recipient_user_id: recipientUserId }),
    });
    return ts;
  }

  async #append(ts: string, text: string): Promise<void> {
    await this.#options.client.chat.appendStream({ channel: this.#options.channel, ts, markdown_text: text });
  }

  /** The message is full: it is closed with its last text, and the next text opens another. */
  async #closeFull(ts: string, text: string): Promise<void> {
    await this.#options.client.chat.stopStream({
      channel: this.#options.channel,
      ts,
      markdown_text: text || CONTINUES,
    });
    this.#ts = undefined;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    const wait = retryAfterMs(error);
    const hopeless = !this.#ts || this.#failures > 1 || (wait !== undefined && wait > MAX_WAIT_MS);
    if (wait !== undefined) this.#leftAloneUntil = this.#options.now() + wait;
    if (hopeless) this.#canStream = false;
    this.#options.log.info(
      { slackError: String(error), streaming: this.#canStream },
      hopeless
        ? 'streaming refused: the rest of the answer will be posted'
        : 'append failed: it is sent again',
    );
  }

  /** Closes the stream. Never rejects. */
  async #stop(ts: string, text: string, blocks: readonly KnownBlock[]): Promise<boolean> {
    const { client, channel, log } = this.#options;
    const args = {
      channel,
      ts,
      ...(text && { markdown_text: text }),
      ...(blocks.length > 0 && { blocks: [...blocks] }),
      session_status: 'active',
    } as const;
    try {
      await patiently(() => client.chat.stopStream(args), MAX_WAIT_MS);
      return true;
    } catch (error) {
      log.info(
        { slackError: String(error) },
        'the stream could not be closed: the rest of the answer is posted',
      );
      return false;
    }
  }

  async #post(blocks: readonly KnownBlock[]): Promise<void> {
    do {
      const [text, rest] = splitText(this.#pending, MAX_POST_BYTES);
      await this.#postPart(text, rest ? [] : blocks);
      this.#pending = rest;
      this.shownAt ??= this.#options.now();
    } while (this.#pending);
  }

  async #postPart(text: string, blocks: readonly KnownBlock[]): Promise<void> {
    const { client, channel, threadTs } = this.#options;
    const body: KnownBlock[] = text.trim() ? [{ type: 'markdown', text }] : [];
    const post = {
      channel,
      thread_ts: threadTs,
      text: text.trim() || 'Sources',
      blocks: [...body, ...blocks],
      unfurl_links: false,
      unfurl_media: false,
    };
    await patiently(() => client.chat.postMessage(post), MAX_POST_WAIT_MS);
  }
}
