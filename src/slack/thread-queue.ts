/** One job at a time in a thread, in order; threads side by side. Holds nothing for a thread at rest. */
export class ThreadQueue {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `job` after the jobs queued before it under the same key, also when one of them failed. */
  run(key: string, job: () => Promise<void>): Promise<void> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(job);
    const tail = result.then(noop, noop).then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    this.#tails.set(key, tail);
    return result;
  }
}

function noop(): void {}
