/** Tells whoever listens that something has changed. */
export class ChangeFeed {
  readonly #listeners = new Set<() => void>();

  /** @returns stops listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Looks now and after each change, and resolves to the first thing it sees.
   *
   * @throws Error when it has seen nothing in time.
   */
  waitFor<Seen>(look: () => Seen | undefined | false, what: string, timeoutMs: number): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const seen = look();
        if (seen === undefined || seen === false) return;
        clearTimeout(timer);
        stop();
        resolve(seen);
      };
      const stop = this.onChange(check);
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`expected ${what} within ${timeoutMs} ms, got nothing of the kind`));
      }, timeoutMs);
      check();
    });
  }
}
