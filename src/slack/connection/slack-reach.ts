import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { orAborted } from '../or-aborted.js';
import { isAway } from './slack-errors.js';

export interface SlackReachOptions {
  readonly client: Pick<WebClient, 'auth'>;
  /** Milliseconds between two looks while somebody waits: one small call each, however many wait. @default 2,000 */
  readonly everyMs?: number;
}

/** A call that only reads is made so often in vain, while Slack answers others. */
const ATTEMPTS = 4;

/**
 * Knows when Slack can be reached again. What is read or written then goes on where it was: nothing is lost, begun anew or
 * paid for twice on account of an outage.
 */
export class SlackReach {
  readonly #client: Pick<WebClient, 'auth'>;
  readonly #everyMs: number;
  readonly #closed = new AbortController();
  #looking: Promise<void> | undefined;
  #waiting = 0;

  constructor({ client, everyMs = 2_000 }: SlackReachOptions) {
    this.#client = client;
    this.#everyMs = everyMs;
  }

  /** Resolves when Slack answers: after one small call, or at the end of an outage; at once after `close`. Rejects when aborted. */
  async back(signal?: AbortSignal): Promise<void> {
    this.#waiting += 1;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    try {
      await (signal ? orAborted(this.#looking, signal) : this.#looking);
    } finally {
      this.#waiting -= 1;
    }
  }

  /**
   * Makes a call that only reads, waiting out an outage.
   * @throws what Slack says of it, or the signal's reason.
   */
  async read<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isAway(error) || attempt >= ATTEMPTS) throw error;
        // One lost call is no outage yet.
        if (attempt > 1) await this.back(signal);
      }
    }
  }

  /** Nobody waits any more: what is not answered yet is left to the next start. */
  close(): void {
    this.#closed.abort();
  }

  async #look(): Promise<void> {
    const { signal } = this.#closed;
    while (this.#waiting > 0 && !signal.aborted && !(await this.#answers()))
      await sleep(this.#everyMs, undefined, { signal, ref: false }).catch(() => {});
  }

  async #answers(): Promise<boolean> {
    return this.#client.auth.test().then(
      () => true,
      (error: unknown) => !isAway(error),
    );
  }
}
