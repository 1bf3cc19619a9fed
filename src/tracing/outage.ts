import type { Log } from '../logger.js';
import { LANGSMITH, type Recipient } from './recipient.js';

/** How things stand with whoever is to get the runs. */
export interface Outage {
  /** True while nothing is sent. */
  lasts(): boolean;
  /** True while runs would be lost: do not even begin a trace. */
  losesRuns(): boolean;
  /** Counts a run that was not begun. */
  lose(): void;
  /** Counts feedback that was not delivered. */
  loseFeedback(): void;
  /** Runs lost in the trouble that lasts; 0 outside of one. */
  runsLost(): number;
  /** Calls back each time when an outage is over. */
  whenOver(listener: () => void): void;
}

export interface OutageOptions {
  readonly log: Log;
  readonly now: () => number;
  /** Whether runs are kept for later: then traces are begun all the same. */
  readonly keeps: boolean;
  /** Milliseconds for which nothing is sent after failures. @default 30,000 */
  readonly pauseMs?: number | undefined;
  /** @default LangSmith */
  readonly recipient?: Recipient | undefined;
}

/** Failures in a row that make an outage: one retry lies between them. */
const FAILURES = 2;
/** Runs of a generation that are remembered as counted. The halves of a run are an answer apart, and so are few runs. */
const MOST_COUNTED = 5_000;

type Fate = 'lost' | 'kept';

/**
 * Notices when a recipient is away, slower than the runs come, or refuses some of them, and when all is well again: one line
 * in the log for each. With LangSmith's SDK 10,000 turns against a dead endpoint cost 1.27 GB and stalls of seconds; here
 * nothing is tried for 30 s after two failures in a row, and then one batch.
 */
export class OutageWatch implements Outage {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #keeps: boolean;
  readonly #pauseMs: number;
  readonly #recipient: Recipient;
  #failures = 0;
  #away = false;
  #closedUntil = 0;
  #slow = false;
  /** What it refused last, it may refuse again: one bad batch in each second is one trouble. Undefined: it refuses nothing. */
  #refusesUntil: number | undefined;
  /** Whether the log has the beginning. */
  #told = false;
  /** What began as less may become an outage, which is worth a line of its own. */
  #toldAway = false;
  #runsLost = 0;
  #runsKept = 0;
  #feedbackLost = 0;
  /** A run that travels in two halves is one. */
  #counted = new Set<string>();
  /** The generation before: forgetting a whole one costs less than the oldest of many. */
  #countedBefore = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  constructor({ log, now, keeps, pauseMs = 30_000, recipient = LANGSMITH }: OutageOptions) {
    this.#log = log;
    this.#now = now;
    this.#keeps = keeps;
    this.#pauseMs = pauseMs;
    this.#recipient = recipient;
  }

  lasts(): boolean {
    return this.#away && this.#now() < this.#closedUntil;
  }

  losesRuns(): boolean {
    return !this.#keeps && this.lasts();
  }

  lose(): void {
    // A trace that was not begun may end after the outage, whose last line has been written.
    if (this.#isTroubled) this.#runsLost += 1;
  }

  loseFeedback(): void {
    this.#feedbackLost += 1;
  }

  runsLost(): number {
    return this.#runsLost;
  }

  whenOver(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Whether a batch may be tried now. In an outage one is, after each pause; whatever comes beside it is not. */
  admits(): boolean {
    if (!this.#away) return true;
    if (this.lasts()) return false;
    this.#closedUntil = this.#now() + this.#pauseMs;
    return true;
  }

  /** @param keepsUp whether little enough waits now */
  took(keepsUp: boolean): void {
    this.#answered();
    if (this.#refusesUntil !== undefined && this.#now() >= this.#refusesUntil) this.#refusesUntil = undefined;
    // Told as late as here: what does not answer in time may be away, and then that is what the log is to say.
    if (this.#slow) this.#tell({}, this.#beginnings.slow);
    if (keepsUp) this.#slow = false;
    if (!this.#isTroubled) this.#end();
  }

  /** @returns whether it is away by now; if not, the batch is worth another try */
  failed(reason: string): boolean {
    this.#failures += 1;
    if (this.#failures < FAILURES && !this.#away) return false;
    this.#closedUntil = this.#now() + this.#pauseMs;
    this.#away = true;
    if (!this.#toldAway) this.#log.warn({ reason, retryInMs: this.#pauseMs }, this.#beginnings.away);
    this.#told = true;
    this.#toldAway = true;
    return true;
  }

  /** It is there and takes others. @param lost which runs, or how many */
  refused(reason: string, lost: Iterable<string> | number): void {
    this.#answered();
    this.passedOver({ reason }, lost, 'lost');
  }

  /** These did not get there, which says nothing of others. */
  passedOver(
    why: { readonly reason: string } | { readonly err: unknown },
    runs: Iterable<string> | number,
    fate: Fate,
  ): void {
    this.#refusesUntil = this.#now() + this.#pauseMs;
    const count = typeof runs === 'number' ? this.#add(runs, fate) : this.count(runs, fate);
    const { items } = this.#recipient;
    this.#tell({ ...why, [`${items}${fate === 'kept' ? 'Kept' : 'Lost'}`]: count }, this.#beginnings.refuses);
  }

  /** More comes than it takes. */
  overflows(): void {
    this.#slow = true;
  }

  /** @returns how many of these runs were not counted before */
  count(runIds: Iterable<string>, fate: Fate): number {
    const fresh = [...runIds].filter((id) => !this.#counted.has(id) && !this.#countedBefore.has(id));
    if (this.#counted.size >= MOST_COUNTED) {
      this.#countedBefore = this.#counted;
      this.#counted = new Set();
    }
    for (const id of fresh) this.#counted.add(id);
    return this.#add(fresh.length, fate);
  }

  #add(runs: number, fate: Fate): number {
    if (fate === 'kept') this.#runsKept += runs;
    else this.#runsLost += runs;
    return runs;
  }

  #answered(): void {
    this.#failures = 0;
    if (!this.#away) return;
    this.#away = false;
    for (const listener of this.#listeners) listener();
  }

  get #isTroubled(): boolean {
    return this.#away || this.#slow || this.#refusesUntil !== undefined;
  }

  get #beginnings() {
    const { name, items } = this.#recipient;
    const kept = 'kept until npm run traces:replay sends them';
    return {
      away: `${name} takes no traces: ${this.#keeps ? `they are ${kept}` : `${items} are dropped until it does`}`,
      slow: `${name} takes traces too slowly: ${this.#keeps ? `some are ${kept}` : `${items} are dropped`}`,
      refuses: `${name} did not take some ${items}`,
    };
  }

  #tell(fields: object, beginning: string): void {
    if (!this.#told) this.#log.warn(fields, beginning);
    this.#told = true;
  }

  #end(): void {
    const { name, items } = this.#recipient;
    const counts = {
      [`${items}Lost`]: this.#runsLost,
      ...(this.#keeps && { [`${items}Kept`]: this.#runsKept }),
      ...(this.#feedbackLost > 0 && { feedbackLost: this.#feedbackLost }),
    };
    if (this.#told) this.#log.info(counts, `${name} takes traces again`);
    this.#told = false;
    this.#toldAway = false;
    this.#runsLost = 0;
    this.#runsKept = 0;
    this.#feedbackLost = 0;
    this.#counted.clear();
    this.#countedBefore.clear();
  }
}
