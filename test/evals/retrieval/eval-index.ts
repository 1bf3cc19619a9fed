import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../../src/database/database.js';
import { openSqlite } from '../../../src/database/sqlite.js';
import { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import { type Chunk, textToEmbed } from '../../../src/knowledge/chunks/chunk.js';
import { documentId } from '../../../src/knowledge/chunks/chunk-rows.js';
import { prepareChunks } from '../../../src/knowledge/chunks/prepare-chunks.js';
import type { Embedder } from '../../../src/knowledge/embedder.js';
import { MemoryIndex } from '../../../src/knowledge/index/memory-index.js';
import { createSearch } from '../../../src/knowledge/index/search.js';
import { unitVector } from '../../../src/knowledge/index/vector-index.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../../src/knowledge/migrations.js';
import type { Passage } from '../../../src/rag/passage.js';
import type { Search } from '../../../src/rag/search.js';
import type { EvaluationSet } from './evaluation-set.js';
import type { Ranking } from './metrics.js';

const SOURCE = 'eval';

/** How deep a ranking is read: as deep as `createSearch` looks. */
export const DEPTH = 100;

/** Whose vectors an index gets: the set's own, one a document, or a service's. */
export type Vectors = 'of the set' | Embedder;

/** A set in the product's own store, as a bot would search it. */
export class EvalIndex {
  readonly search: Search;
  readonly #set: EvaluationSet;
  readonly #store: ChunkStore;
  readonly #close: () => Promise<void>;
  readonly #texts: ReadonlyMap<string, string>;

  private constructor(
    set: EvaluationSet,
    store: ChunkStore,
    model: string | undefined,
    close: () => Promise<void>,
  ) {
    this.#set = set;
    this.#store = store;
    this.#close = close;
    this.#texts = new Map(set.documents.map(({ id, text }) => [id, squeeze(text)]));
    this.search = createSearch(store, { embeddingModel: model });
  }

  /**
   * @param cut whether documents are cut as ingest cuts them, or each is one chunk, as the set has it
   * @param openDatabase an empty one, or one in the directory that goes away with the index
   */
  static async open(
    set: EvaluationSet,
    cut: boolean,
    vectors?: Vectors,
    openDatabase = openSqliteIn,
  ): Promise<EvalIndex> {
    const directory = await mkdtemp(join(tmpdir(), 'threadsmith-eval-'));
    const database = await openDatabase(directory);
    const close = async () => {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    };
    try {
      const model = vectors === 'of the set' ? set.vectors?.model : vectors?.model;
      return new EvalIndex(set, await fill(database, set, cut, vectors), model, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** By the vectors alone, which the product offers nowhere: to see what they add. */
  async nearest(): Promise<(vector: readonly number[]) => Promise<Ranking>> {
    const index = new MemoryIndex(this.#store, true);
    await index.refresh((await this.#store.state()).version);
    return async (vector) => {
      const numbers = (await index.vectors.nearest(vector, DEPTH)).map(({ number }) => number);
      const passages = await this.#store.passages(numbers);
      return numbers.map((number) => this.judgedIn(passages.get(number)));
    };
  }

  /** What a passage, or the chunks that were joined to it, holds. */
  judgedIn(passage: Pick<Passage, 'documentId' | 'text' | 'parts'> | undefined): string[] {
    const parts = passage?.parts ?? (passage ? [passage] : []);
    return parts.flatMap((part) => [
      ...this.#set.judgedIn(part.documentId.slice(SOURCE.length + 1), part.text),
    ]);
  }

  /**
   * The same, and the answers that it repeats word for word: one that was left out because another document says it too is
   * not lost to whoever reads them.
   */
  toldBy(passage: Passage, answers: Iterable<string>): string[] {
    const told = squeeze(passage.text);
    const repeated = [...answers].filter((id) => {
      const text = this.#texts.get(id);
      return text !== undefined && text !== '' && told.includes(text);
    });
    return [...this.judgedIn(passage), ...repeated];
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function openSqliteIn(directory: string): Promise<Database> {
  return openSqlite(join(directory, KNOWLEDGE_FILE), knowledgeMigrations);
}

async function fill(database: Database, set: EvaluationSet, cut: boolean, vectors: Vectors | undefined) {
  const store = new ChunkStore(database);
  const documents = set.documents.map((document) => ({
    path: document.id,
    chunks: prepareChunks(SOURCE, document.id, cut ? set.cut(document) : [whole(document)]),
  }));
  const embeddings = await embeddingsFor(
    documents.flatMap(({ chunks }) => chunks),
    set,
    vectors,
    store,
  );
  const byId = new Map(embeddings);
  for (let start = 0; start < documents.length; start += 100) {
    await Promise.all(
      documents.slice(start, start + 100).map(({ path, chunks }) =>
        store.replace(
          SOURCE,
          { path, format: 'text', text: '', contentHash: documentId(SOURCE, path) },
          'eval',
          chunks.map((chunk) => ({ ...chunk, embedding: byId.get(chunk.id) })),
        ),
      ),
    );
  }
  return store;
}

function whole({ title, text }: EvaluationSet['documents'][number]): Chunk {
  return { ordinal: 0, title, headings: [], text };
}

async function embeddingsFor(
  chunks: readonly (Chunk & { id: string })[],
  set: EvaluationSet,
  vectors: Vectors | undefined,
  store: ChunkStore,
): Promise<(readonly [string, Float32Array])[]> {
  if (vectors === undefined) return [];
  if (vectors !== 'of the set') {
    await store.useEmbeddingModel(vectors.model);
    const embedded = await vectors.embed(chunks.map(textToEmbed));
    return chunks.map(({ id }, index) => [id, unitVector(embedded[index] ?? [])]);
  }
  const { model, documents } = set.vectors ?? { model: '', documents: [] };
  if (documents.length !== chunks.length)
    throw new RangeError(`expected a vector for each of ${chunks.length} documents, got ${documents.length}`);
  await store.useEmbeddingModel(model);
  return chunks.map(({ id }, index) => [id, documents[index] ?? new Float32Array()]);
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
