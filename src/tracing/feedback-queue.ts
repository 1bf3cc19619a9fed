import type { Log } from '../logger.js';
import type { Outage } from './outage.js';
import { reasonOf, statusOf } from './reason-of.js';
import { within } from './within.js';

export interface FeedbackQueueOptions {
  readonly outage: Pick<Outage, 'lasts' | 'loseFeedback' | 'whenOver'>;
  readonly log: Log;
  /**
   * Milliseconds before each further try where the run is not there: it is sent in a batch and shown some time after, and
   * people are quick. @default 0.5 s, 2 s, 10 s, 60 s
   */
  readonly delaysMs?: readonly number[] | undefined;
  /** Milliseconds between two tries while LangSmith is away. @default 30,000 */
  readonly retryMs?: number | undefined;
}

const DELAYS_MS = [500, 2_000, 10_000, 60_000];
const RETRY_MS = 30_000;
/** Before the first of them: a connection that was cut is no outage. */
const FIRST_RETRY_MS = 1_000;
/** A long correction takes some 10 kB. */
const MOST_WAITING = 1_000;

/**
 * Brings what people say of answers to LangSmith, in order for each record. While LangSmith is away it waits here, a bounded
 * number of it, and one at a time finds out whether LangSmith is back: one line in the log at the start and one at the end,
 * or none where those of the traces' outage say it.
 *
 * The outage itself stops nothing here: LangSmith's ways in for traces and for feedback can be down one without the other.
 */
export class FeedbackQueue {
  readonly #outage: FeedbackQueueOptions['outage'];
  readonly #log: Log;
  readonly #delaysMs: readonly number[];
  readonly #retryMs: number;
  /** The last of each record. */
  readonly #turns = new Map<string, Promise<boolean>>();
  #count = 0;
  /** Told whether to try, or that it is too late. */
  readonly #held: ((mayTry: boolean) => void)[] = [];
  /** Woken when their run may be there. */
  readonly #early = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  /** In a row; above 0 LangSmith is away, as far as is known. */
  #failures = 0;
  #isTold = false;
  /** Since it was told. */
  #lost = 0;
  /** At the end of the process: what fails now is lost. */
  #isEnding = false;

  constructor({ outage, log, delaysMs = DELAYS_MS, retryMs = RETRY_MS }: FeedbackQueueOptions) {
    this.#outage = outage;
    this.#log = log;
    this.#delaysMs = delaysMs;
    this.#retryMs = retryMs;
    outage.whenOver(() => this.#findOut());
  }

  /**
   * Sends when everything before it about the same record is done. `send` may be called again and must then do what is left.
   * Resolves when LangSmith has it, or when it is counted as lost.
   *
   * @throws what LangSmith refuses it with
   */
  async add(feedbackId: string, send: () => Promise<void>): Promise<void> {
    if (this.#count >= MOST_WAITING) {
      this.#lose();
      return;
    }
    this.#count += 1;
    const deliver = () => this.#deliver(send);
    const turn = (this.#turns.get(feedbackId) ?? Promise.resolve()).then(deliver, deliver);
    this.#turns.set(feedbackId, turn);
    try {
      await turn;
    } finally {
      this.#count -= 1;
      if (this.#turns.get(feedbackId) === turn) this.#turns.delete(feedbackId);
    }
  }

  /** Tries everything that waits once more, now. @returns whether LangSmith has all of it */
  async settle(timeoutMs: number): Promise<boolean> {
    if (this.#count === 0) return true;
    this.#isEnding = true;
    const turns = Promise.all(Array.from(this.#turns.values(), (turn) => turn.catch(() => false)));
    let sent: readonly boolean[] | undefined;
    this.#findOut();
    for (const wake of this.#early) wake();
    await within(
      turns.then((all) => {
        sent = all;
        return true;
      }),
      timeoutMs,
    );
    this.#isEnding = false;
    const feedbackLost = this.#lost + (sent ? 0 : this.#count);
    this.#lost = 0;
    if (feedbackLost > 0)
      this.#log.warn({ feedbackLost }, 'feedback is lost: LangSmith did not take it in time');
    return sent?.every(Boolean) ?? false;
  }

  /** False: lost, and counted. */
  async #deliver(send: () => Promise<void>): Promise<boolean> {
    for (let tries = 0; ; ) {
      if (this.#failures > 0 && !(await this.#hold())) return this.#lose();
      try {
        await send();
        this.#isBack();
        return true;
      } catch (error) {
        const status = statusOf(error);
        if (status === undefined || status >= 500 || NOT_THE_FEEDBACK.has(status)) {
          this.#isGone(reasonOf(error));
          if (this.#isEnding) return this.#lose();
          continue;
        }
        this.#isBack();
        const delay = this.#delaysMs[tries];
        if (status !== 404 || delay === undefined) throw error;
        tries += 1;
        await this.#pause(delay);
      }
    }
  }

  async #hold(): Promise<boolean> {
    if (this.#isEnding) return false;
    const delay = this.#failures > 1 ? this.#retryMs : Math.min(FIRST_RETRY_MS, this.#retryMs);
    this.#timer ??= setTimeout(() => this.#findOut(), delay).unref();
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** Lets one of those that wait try. */
  #findOut(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held.shift()?.(true);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#early.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, delayMs).unref();
      this.#early.add(wake);
    });
  }

  #isGone(reason: string): void {
    this.#failures += 1;
    if (this.#isEnding) this.#wake(false);
    else if (this.#failures > 1 && !this.#isTold && !this.#outage.lasts()) {
      this.#isTold = true;
      this.#log.warn({ reason }, 'LangSmith takes no feedback: it is held until it does');
    }
  }

  #isBack(): void {
    this.#failures = 0;
    if (this.#isTold) this.#log.info({ feedbackLost: this.#lost }, 'LangSmith takes feedback again');
    this.#isTold = false;
    this.#lost = 0;
    this.#wake(true);
  }

  #wake(mayTry: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const tell of this.#held.splice(0)) tell(mayTry);
  }

  #lose(): false {
    if (this.#isTold || this.#isEnding) this.#lost += 1;
    else this.#outage.loseFeedback();
    return false;
  }
}

/** Of the key or the moment, not of what was sent. */
const NOT_THE_FEEDBACK: ReadonlySet<number> = new Set([401, 402, 403, 408, 425, 429]);
