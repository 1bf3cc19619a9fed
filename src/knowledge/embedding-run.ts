import type { Embedder } from './embedder.js';
import { unitVector } from './vector-index.js';

/** Texts in one request. */
export const BATCH = 64;

/**
 * The embedding calls of one ingest. When the service fails the ingest goes on without vectors: the documents are found by
 * keywords, and the next run embeds what is missing. It is not asked again in this run, each call may wait for a timeout.
 */
export class EmbeddingRun {
  readonly #embedder: Embedder | undefined;
  readonly #signal: AbortSignal | undefined;
  #embedded = 0;
  #failure: string | undefined;

  constructor(embedder: Embedder | undefined, signal?: AbortSignal) {
    this.#embedder = embedder;
    this.#signal = signal;
  }

  get embedded(): number {
    return this.#embedded;
  }

  /** Why the service failed, when it did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get active(): boolean {
    return this.#embedder !== undefined && this.#failure === undefined;
  }

  /** One unit vector for each text; none from the batch on in which the service failed. */
  async embed(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = await this.#embedBatch(texts.slice(start, start + BATCH));
      if (!batch) break;
      vectors.push(...batch);
    }
    return texts.map((_, index) => vectors[index]);
  }

  async #embedBatch(texts: readonly string[]): Promise<Float32Array[] | undefined> {
    if (!this.#embedder || this.#failure !== undefined) return undefined;
    try {
      const vectors = await this.#embedder.embed(texts, this.#signal);
      if (vectors.length !== texts.length)
        throw new Error(`expected ${texts.length} vectors, got ${vectors.length}`);
      const units = vectors.map(unitVector);
      this.#embedded += units.length;
      return units;
    } catch (error) {
      this.#signal?.throwIfAborted();
      this.#failure ??= error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
