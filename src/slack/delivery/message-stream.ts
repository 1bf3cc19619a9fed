import type { KnownBlock } from '@slack/types';
import { SlackBudget } from '../connection/slack-budget.js';
import { mayHaveHappened, retryAfterMs, slackErrorCode } from '../connection/slack-errors.js';
import { partBlocks } from './blocks.js';
import { endOfMessage, MAX_AGE_AT_ANY_PLACE_MS, MAX_MESSAGE_BYTES } from './end-of-message.js';
import { MessageCalls } from './message-calls.js';
import type { MessageStreamOptions } from './message-stream-options.js';
import { OwnMessages, sameText } from './own-messages.js';
import { MAX_MESSAGES, postRest } from './post-rest.js';
import { type Cut, splitMarkdown } from './split-markdown.js';

/** Beyond it the text waits for a good place to go on in another message. */
const APPENDED_BYTES = 7_500;
/** A rate limit longer than this is not waited for: the rest goes out as a post. */
const MAX_WAIT_MS = 10_000;

/** A message while it streams. */
interface Streamed {
  readonly ts: string;
  readonly startedAt: number;
  /** What it says, as far as is known. */
  text: string;
  /** `unsure`: it may say more. `dead`: Slack ended it. Both are made whole by an update at the end. */
  state: 'open' | 'unsure' | 'dead';
}

/**
 * Text that grows in a Slack thread: the first words at once, the rest by time, one call at a time. Where streaming is
 * refused, dies, or the workspace's budget is used up, what is not yet shown is posted at the end.
 *
 * A call whose answer was lost is never just made again: Slack is asked first, or the message is set to its whole text.
 */
export class MessageStream {
  readonly #options: MessageStreamOptions;
  readonly #now: () => number;
  readonly #budget: SlackBudget;
  readonly #own: OwnMessages;
  readonly #calls: MessageCalls;
  readonly #messages: string[] = [];
  #canStream: boolean;
  #message: Streamed | undefined;
  /** The text of a stream that may have begun: nobody could tell. */
  #lost: string | undefined;
  #pending = '';
  #busy: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextCallAt = 0;
  #failures = 0;
  #finishing = false;

  constructor(options: MessageStreamOptions) {
    const {
      client,
      channel,
      threadTs,
      log,
      onWait,
      reach,
      now = Date.now,
      budget = new SlackBudget({ now }),
    } = options;
    this.#options = options;
    this.#now = now;
    this.#budget = budget;
    this.#own = new OwnMessages({ ...options, budget });
    this.#calls = new MessageCalls({ client, budget, own: this.#own, channel, threadTs, log, onWait, reach });
    this.#canStream = options.replaces === undefined;
  }

  /** When the first text could be seen at the earliest, by the clock of `now`. */
  shownAt: number | undefined;

  /** The messages that hold the answer, in order; complete after `finish`. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  /** Whether anything was written that will be seen. */
  get hasText(): boolean {
    return this.#messages.length > 0 || this.#pending.trim() !== '';
  }

  /** Whether the text can be seen while it is written. */
  get canStream(): boolean {
    return this.#canStream;
  }

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
    if (this.#lost !== undefined) await this.#findLost(this.#lost);
    while (this.#message) {
      const message = this.#message;
      const cut = splitMarkdown(message.text, this.#pending, MAX_MESSAGE_BYTES);
      if (cut.rest === '') {
        const end = await this.#end(message, this.#pending, blocks, true);
        if (end !== 'unknown') return end;
        await this.#post(blocks);
        return 'posted';
      }
      await this.#closeAt(message, cut);
      if (this.#canStream && this.#messages.length < MAX_MESSAGES) await this.#start();
    }
    await this.#post(blocks);
    return 'posted';
  }

  /** Closes what is open and shows nothing more. */
  async abandon(): Promise<void> {
    this.#finishing = true;
    clearTimeout(this.#timer);
    await this.#busy;
    if (this.#lost !== undefined) await this.#findLost(this.#lost);
    if (this.#message) await this.#end(this.#message, '', [], true);
  }

  #pump(): void {
    if (this.#busy || this.#finishing || !this.#canStream) return;
    clearTimeout(this.#timer);
    const message = this.#message;
    const isIdle = message
      ? this.#pending === ''
      : this.#pending.trim() === '' || this.#messages.length >= MAX_MESSAGES;
    if (isIdle && !message) return;
    const at = isIdle && message ? message.startedAt + MAX_AGE_AT_ANY_PLACE_MS : this.#nextCallAt;
    const wait = Math.max(at - this.#now(), message ? this.#budget.waitMs('chat.appendStream') : 0);
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
    this.#nextCallAt =
      this.#now() + Math.max(this.#options.intervalMs ?? 1_200, this.#budget.appendIntervalMs());
    const message = this.#message;
    if (!message) return this.#start();
    const cut = endOfMessage(message.text, this.#pending, this.#now() - message.startedAt);
    if (cut) return this.#closeAt(message, cut);
    const bytes = Buffer.byteLength(message.text) + Buffer.byteLength(this.#pending);
    if (bytes <= APPENDED_BYTES && this.#pending !== '') await this.#append(message, this.#pending);
  }

  async #start(): Promise<void> {
    const { client, channel, threadTs, recipientTeamId, recipientUserId } = this.#options;
    if (!this.#budget.openStream()) {
      this.#canStream = false;
      return;
    }
    const text = splitMarkdown('', this.#pending, MAX_MESSAGE_BYTES / 2).head;
    const notBefore = this.#now();
    const begin = (ts: string, said: string) => {
      this.#message = { ts, text: said, startedAt: this.#now(), state: 'open' };
      this.#pending = this.#pending.slice(said.length);
      this.#shown(ts, notBefore);
    };
    try {
      const { ts } = await client.chat.startStream({
        channel,
        thread_ts: threadTs,
        markdown_text: text,
        ...(recipientTeamId && { recipient_team_id: recipientTeamId }),
        ...(recipientUserId && { recipient_user_id: recipientUserId }),
      });
      if (ts) return begin(ts, text);
    } catch (error) {
      const isUnclear = mayHaveHappened(error);
      const messages = isUnclear ? await this.#own.read() : [];
      const begun = messages?.find((own) => !this.#messages.includes(own.ts) && sameText(own.text, text));
      if (begun) return begin(begun.ts, text);
      if (!messages) this.#lost = text;
      this.#failed(error, 'chat.startStream');
      if (!messages || (!isUnclear && retryAfterMs(error) === undefined)) this.#canStream = false;
    }
    this.#budget.closeStream();
  }

  async #append(message: Streamed, text: string): Promise<void> {
    const { client, channel } = this.#options;
    const { ts } = message;
    const said = () => {
      message.text += text;
      // Only now: text written meanwhile stands behind it in #pending.
      this.#pending = this.#pending.slice(text.length);
      this.#failures = 0;
    };
    if (!this.#budget.tryTake('chat.appendStream')) return;
    try {
      await client.chat.appendStream({ channel, ts, markdown_text: text });
      said();
    } catch (error) {
      this.#failed(error, 'chat.appendStream');
      if (mayHaveHappened(error)) {
        const own = (await this.#own.read())?.find((one) => one.ts === ts);
        if (own && sameText(own.text, message.text + text)) said();
        else if (!own || !sameText(own.text, message.text)) message.state = 'unsure';
      }
      const isOver = ['message_not_in_streaming_state', 'message_not_found', 'stopped_by_user'].includes(
        slackErrorCode(error) ?? '',
      );
      if (isOver) message.state = 'dead';
      if (message.state !== 'open') this.#canStream = false;
    }
  }

  #failed(error: unknown, method: 'chat.startStream' | 'chat.appendStream'): void {
    this.#failures += 1;
    const wait = retryAfterMs(error);
    if (wait !== undefined) this.#budget.leaveAlone(method, undefined, wait);
    if (this.#failures > 1 || (wait ?? 0) > MAX_WAIT_MS) this.#canStream = false;
    const { log } = this.#options;
    log.info(
      { slackError: String(error), method, streaming: this.#canStream },
      'Slack did not take a piece of an answer',
    );
  }

  /** A stream whose beginning could not be told from none is looked for once more; it then gets its whole text. */
  async #findLost(text: string): Promise<void> {
    const lost = (await this.#own.read())?.find(
      (own) => !this.#messages.includes(own.ts) && sameText(own.text, text),
    );
    if (!lost) return;
    this.#message = { ts: lost.ts, text: '', startedAt: this.#now(), state: 'unsure' };
    this.#budget.adoptStream();
    this.#shown(lost.ts, this.#now());
  }

  async #closeAt(message: Streamed, { head, close, reopen }: Cut): Promise<void> {
    const end = await this.#end(message, head + close, partBlocks(this.#options.runId), false);
    // What could not be added goes on in the next message, and so does what was written meanwhile.
    if (end !== 'unknown') this.#pending = reopen + this.#pending.slice(head.length);
  }

  /** `unknown`: the message is closed as well as may be, but does not hold `tail`. */
  async #end(
    { ts, text, state }: Streamed,
    tail: string,
    blocks: readonly KnownBlock[],
    isLast: boolean,
  ): Promise<'streamed' | 'posted' | 'unknown'> {
    this.#message = undefined;
    const isWhole = state === 'open';
    const outcome = await this.#calls.stop(ts, isWhole ? tail : '', isWhole ? blocks : [], isLast);
    this.#budget.closeStream();
    if (outcome === 'done' && isWhole) return 'streamed';
    if (outcome === 'refused' && isWhole) await this.#calls.stop(ts, '', [], isLast);
    return (await this.#calls.update(ts, text + tail, blocks)) ? 'posted' : 'unknown';
  }

  async #post(blocks: readonly KnownBlock[]): Promise<void> {
    const { replaces, runId, fetch = globalThis.fetch } = this.#options;
    if (replaces !== undefined && this.#messages.length === 0) {
      const { head, close, reopen, rest } = splitMarkdown('', this.#pending, MAX_MESSAGE_BYTES);
      if (await this.#calls.update(replaces, head + close, rest ? partBlocks(runId) : blocks)) {
        this.#shown(replaces, this.#now());
        this.#pending = rest && reopen + rest;
        if (!rest) return;
      }
    }
    const text = this.#pending;
    this.#pending = '';
    const parts = {
      calls: this.#calls,
      own: this.#own,
      budget: this.#budget,
      messages: this.#messages.length,
    };
    await postRest(text, blocks, {
      ...this.#options,
      ...parts,
      fetch,
      now: this.#now,
      onShown: (ts, notBefore) => this.#shown(ts, notBefore),
    });
  }

  #shown(ts: string, notBefore: number): void {
    this.#messages.push(ts);
    this.#options.onMessage?.(ts);
    this.shownAt ??= notBefore;
  }
}
