export interface WorkGroupsOptions<Item> {
  /** A group is full when its items weigh this much. */
  readonly size: number;
  readonly weight: (item: Item) => number;
}

/** Gathers items as they come into groups, and works on a few groups at a time. Reads no further ahead than that. */
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
    let group: Item[] = [];
    let weight = 0;
    for await (const item of this.#items) {
      group.push(item);
      weight += this.#options.weight(item);
      if (weight < this.#options.size) continue;
      yield group;
      group = [];
      weight = 0;
    }
    if (group.length > 0) yield group;
  }
}
