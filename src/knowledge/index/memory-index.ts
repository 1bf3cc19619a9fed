import type { ChunkStore } from '../chunk-store.js';
import { KeywordIndex } from './keyword-index.js';
import { VectorIndex } from './vector-index.js';

/** Chunks that are read at a time: what they take of the event loop stays at a few milliseconds. */
const PAGE = 200;

/** What is searched, held in memory and kept in step with the store, whichever process writes there. */
export class MemoryIndex {
  readonly keywords = new KeywordIndex();
  readonly vectors = new VectorIndex();
  readonly #store: ChunkStore;
  readonly #withVectors: boolean;
  #version = -1;
  #refreshing: Promise<void> = Promise.resolve();

  /** @param withVectors whether vectors are searched here; without, none are read */
  constructor(store: ChunkStore, withVectors: boolean) {
    this.#store = store;
    this.#withVectors = withVectors;
  }

  /** Reads what changed up to a version of the store; while it is being read nobody may search: a document may be there by half. */
  refresh(version: number): Promise<void> {
    if (version <= this.#version) return this.#refreshing;
    const refreshed = this.#refreshing.then(() => this.#refresh(version));
    this.#refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async #refresh(version: number): Promise<void> {
    if (version <= this.#version) return;
    let after = 0;
    for (;;) {
      const rows = await this.#store.changesSince(this.#version, {
        after,
        limit: PAGE,
        embeddings: this.#withVectors,
      });
      for (const { number, source, postings, embedding } of rows) {
        this.keywords.add(number, source, postings);
        if (embedding) this.vectors.put(number, source, embedding);
      }
      after = rows.at(-1)?.number ?? after;
      if (rows.length < PAGE) break;
    }
    await this.#dropDeleted(version);
    this.#version = version;
  }

  async #dropDeleted(version: number): Promise<void> {
    const { chunks, embedded } = await this.#store.counts();
    if (chunks !== this.keywords.numbers.size) {
      const there = await this.#store.numbers();
      // Something was replaced after its changes were read: the old one is dropped when the new one is there too.
      if ((await this.#store.state()).version !== version) return;
      this.keywords.remove([...this.keywords.numbers.keys()].filter((number) => !there.has(number)));
    }
    if (this.#withVectors && embedded !== this.vectors.numbers.size) {
      const there = await this.#store.numbers({ embedded: true });
      this.vectors.remove([...this.vectors.numbers.keys()].filter((number) => !there.has(number)));
    }
  }
}
