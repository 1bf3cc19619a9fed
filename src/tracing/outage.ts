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
  /** Runs lost in the outage that lasts; 0 outside of one. */
  runsLost(): number;
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

/**
 * Notices when a recipient is away and when it is back: one line in the log for each. With LangSmith's SDK 10,000 turns
 * against a dead endpoint cost 1.27 GB and stalls of seconds; here nothing is tried for 30 s after two failures in a row, and
 * then one batch.
 */
export class OutageWatch implements Outage {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #keeps: boolean;
  readonly #pauseMs: number;
  readonly #recipient: Recipient;
  #failures = 0;
  #failing = false;
  #closedUntil = 0;
  #runsLost = 0;
  #runsKept = 0;
  #feedbackLost = 0;
  /** A run that travels in two halves is one. */
  readonly #counted = new Set<string>();

  constructor({ log, now, keeps, pauseMs = 30_000, recipient = LANGSMITH }: OutageOptions) {
    this.#log = log;
    this.#now = now;
    this.#keeps = keeps;
    this.#pauseMs = pauseMs;
    this.#recipient = recipient;
  }

  lasts(): boolean {
    return this.#failing && this.#now() < this.#closedUntil;
  }

  losesRuns(): boolean {
    return !this.#keeps && this.lasts();
  }

  lose(): void {
    this.#runsLost += 1;
  }

  loseFeedback(): void {
    this.#feedbackLost += 1;
  }

  runsLost(): number {
    return this.#runsLost;
  }

  /** Whether a batch may be tried now. In an outage one is, after each pause; whatever comes beside it is not. */
  admits(): boolean {
    if (!this.#failing) return true;
    if (this.lasts()) return false;
    this.#closedUntil = this.#now() + this.#pauseMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    if (!this.#failing) return;
    this.#failing = false;
    const { name, items } = this.#recipient;
    this.#log.info(
      {
        [`${items}Lost`]: this.#runsLost,
        ...(this.#keeps && { runsKept: this.#runsKept }),
        ...(this.#feedbackLost > 0 && { feedbackLost: this.#feedbackLost }),
      },
      `${name} takes traces again`,
    );
    this.#runsLost = 0;
    this.#runsKept = 0;
    this.#feedbackLost = 0;
    this.#counted.clear();
  }

  /** @returns whether it is an outage by now; if not, the batch is worth another try */
  failed(reason: string): boolean {
    this.#failures += 1;
    if (this.#failures < FAILURES && !this.#failing) return false;
    this.#closedUntil = this.#now() + this.#pauseMs;
    const { name, items } = this.#recipient;
    if (!this.#failing)
      this.#log.warn(
        { reason, retryInMs: this.#pauseMs },
        this.#keeps
          ? `${name} takes no traces: they are kept until npm run traces:replay sends them`
          : `${name} takes no traces: ${items} are dropped until it does`,
      );
    this.#failing = true;
    return true;
  }

  /** Runs of the outage that lasts. @returns how many of them were not counted before */
  count(runIds: Iterable<string>, fate: 'lost' | 'kept'): number {
    let runs = 0;
    for (const id of runIds) {
      if (this.#counted.has(id)) continue;
      if (this.#failing) this.#counted.add(id);
      runs += 1;
    }
    if (this.#failing && fate === 'kept') this.#runsKept += runs;
    if (this.#failing && fate === 'lost') this.#runsLost += runs;
    return runs;
  }
}
