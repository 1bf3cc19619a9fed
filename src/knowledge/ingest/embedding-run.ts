import { TextRefusedError } from '../../errors.js';
import type { Embedder } from '../embedder.js';
import { unitVector } from '../index/vector-index.js';

/** Texts in one request. */
export const BATCH = 64;

/** What any model takes: when this is refused it is not a text's fault. */
const PROBE = 'How do I reset my password?';

/**
 * The embedding calls of one ingest. When the service fails the ingest goes on without vectors: the documents are found by
 * keywords, and the next run embeds what is missing. It is not asked again in this run, each call may wait for a timeout.
 * A text that it refuses costs that text its vector, and no other.
 */
export class EmbeddingRun {
  readonly #embedder: Embedder | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #refusals = new Map<string, string>();
  #checking: Promise<string | undefined> | undefined;
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

  /** Why the service does not take a text, where it was asked and did not. */
  refusalOf(text: string): string | undefined {
    return this.#refusals.get(text);
  }

  /** Embeds a short text, once in a run. @returns why that failed */
  check(): Promise<string | undefined> {
    this.#checking ??= (async () => {
      try {
        await this.#ask([PROBE]);
      } catch (error) {
        this.#fail(error);
      }
      return this.#failure;
    })();
    return this.#checking;
  }

  /** One unit vector for each text; none for what was refused, nor from the batch on in which the service failed. */
  async embed(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const vectors: (Float32Array | undefined)[] = [];
    for (let start = 0; start < texts.length && this.active; start += BATCH) {
      vectors.push(...(await this.#embedBatch(texts.slice(start, start + BATCH))));
    }
    return texts.map((_, index) => vectors[index]);
  }

  /** What is refused is looked for by halves: one text in 64 costs a dozen requests. */
  async #embedBatch(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
    const none = texts.map(() => undefined);
    const [first = ''] = texts;
    if (!this.active || (texts.length === 1 && this.#refusals.has(first))) return none;
    try {
      const units = await this.#ask(texts);
      this.#embedded += units.length;
      return units;
    } catch (error) {
      if (!(error instanceof TextRefusedError)) {
        this.#fail(error);
        return none;
      }
      if ((await this.check()) !== undefined) return none;
      if (texts.length === 1) {
        this.#refusals.set(first, error.message);
        return none;
      }
      const half = Math.ceil(texts.length / 2);
      const front = await this.#embedBatch(texts.slice(0, half));
      return [...front, ...(await this.#embedBatch(texts.slice(half)))];
    }
  }

  async #ask(texts: readonly string[]): Promise<Float32Array[]> {
    if (!this.#embedder) throw new TypeError('expected an embedder, got none');
    const vectors = await this.#embedder.embed(texts, this.#signal);
    if (vectors.length !== texts.length)
      throw new Error(`expected ${texts.length} vectors, got ${vectors.length}`);
    return vectors.map(unitVector);
  }

  #fail(error: unknown): void {
    this.#signal?.throwIfAborted();
    this.#failure ??= error instanceof Error ? error.message : String(error);
  }
}
