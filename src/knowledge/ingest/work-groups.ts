import { setTimeout } from 'node:timers/promises';

export interface WorkGroupsOptions<Item> {
  /** A group is full when its items weigh this much. */
  readonly size: number;
  readonly weight: (item: Item) => number;
  /**
   * How long an item waits for its group to be full, in milliseconds: what is read slowly is done soon, too.
   * @default 2000
   */
  readonly maxWaitMs?: number | undefined;
}

/** Gathers items as they come into groups, and works on a few groups at a time. Reads one item further ahead than that. */
export class WorkGroups<Item> {
  readonly #items: AsyncGenerator<Item>;
  readonly #options: WorkGroupsOptions<Item>;

  constructor(items: AsyncGenerator<Item>, options: WorkGroupsOptions<Item>) {
    this.#items = items;
    this.#options = options;
  }

  /** @throws what `work` or the items threw first, when all that was at work has ended. */
  async run(concurrency: number, work: (group: readonly Item[]) => Promise<void>): Promise<void> {
    const groups = this.#groups();
    const worker = async () => {
      try {
        for (let next = await groups.next(); !next.done; next = await groups.next()) await work(next.value);
      } finally {
        // For all workers: after a failure nothing new is begun.
        await groups.return();
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: concurrency }, worker));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  }

  async *#groups(): AsyncGenerator<Item[], void, void> {
    const { size, weight, maxWaitMs = 2000 } = this.#options;
    let next = this.#next();
    try {
      for (let isLast = false; !isLast; ) {
        const group: Item[] = [];
        const waiting = new AbortController();
        const waited = setTimeout(maxWaitMs, 'waited' as const, { signal: waiting.signal, ref: false });
        waited.catch(() => {});
        for (let sum = 0; sum < size; ) {
          const result = await (group.length === 0 ? next : Promise.race([next, waited]));
          if (result === 'waited') break;
          if (result.done) {
            isLast = true;
            break;
          }
          group.push(result.value);
          sum += weight(result.value);
          next = this.#next();
        }
        waiting.abort();
        if (group.length > 0) yield group;
      }
    } finally {
      await this.#items.return(undefined);
    }
  }

  #next(): Promise<IteratorResult<Item>> {
    const next = this.#items.next();
    // Where nobody asks for it any more its failure is nobody's either.
    next.catch(() => {});
    return next;
  }
}
