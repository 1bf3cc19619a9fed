interface Line {
  readonly tail: Promise<void>;
  readonly length: number;
}

/** One job at a time in a thread, in order; threads side by side. Holds nothing for a thread at rest. */
export class ThreadQueue {
  readonly #lines = new Map<string, Line>();

  /** How many jobs are under way or wait under a key. */
  length(key: string): number {
    return this.#lines.get(key)?.length ?? 0;
  }

  /**
   * Runs `job` after the jobs queued before it under the same key, also when one of them failed. A job whose signal is
   * aborted while it waits is never run: the promise rejects with the reason at once.
   */
  run(key: string, job: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    const before = this.#lines.get(key)?.tail ?? Promise.resolve();
    let begin = noop;
    const result = before.then(() => {
      signal?.throwIfAborted();
      begin();
      return job();
    });
    const tail = result.then(noop, noop).then(() => {
      const { tail: last, length } = this.#lines.get(key) ?? { length: 0 };
      if (last === tail || last === undefined) this.#lines.delete(key);
      else this.#lines.set(key, { tail: last, length: length - 1 });
    });
    this.#lines.set(key, { tail, length: this.length(key) + 1 });
    if (!signal) return result;

    const givenUp = new Promise<never>((_, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      begin = () => signal.removeEventListener('abort', giveUp);
    });
    return Promise.race([result, givenUp]);
  }
}

function noop(): void {}
