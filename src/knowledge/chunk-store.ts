import type { Database, Statement } from '../database/database.js';
import type { Passage } from '../rag/passage.js';
import type { ChunkWords } from './chunks/chunk.js';
import {
  bytes,
  bytesOf,
  chunkRow,
  documentId,
  floatsOf,
  passageOf,
  type StoredChunk,
  text,
} from './chunks/chunk-rows.js';
import { EmbeddingModelError } from './embedder.js';
import { PGVECTOR, Pgvector, type PgvectorOptions } from './index/pgvector.js';
import {
  type RegisteredSource,
  SOURCE_KINDS,
  type Source,
  type SourceDocument,
  type SourceKind,
} from './source.js';

export interface IndexState {
  /** Rises with every change, whichever process makes it. */
  readonly version: number;
  readonly empty: boolean;
  /** Whose vectors the index holds; absent while it has none. */
  readonly embeddingModel?: string | undefined;
}

/** What a chunk is searched by. */
export interface IndexedChunk {
  readonly number: number;
  readonly source: string;
  readonly postings: Uint8Array;
  readonly embedding?: Uint8Array | undefined;
}

export interface ChunkWithoutEmbedding extends ChunkWords {
  readonly number: number;
  /** Of its document. */
  readonly path: string;
}

const RAISE_VERSION: Statement = {
  sql: "UPDATE knowledge_index SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'version'",
};
const CURRENT_VERSION = "(SELECT CAST(value AS BIGINT) FROM knowledge_index WHERE name = 'version')";

/** Documents and their chunks in a database that several processes may use at once. */
export class ChunkStore {
  /** Where the database can search vectors itself. Elsewhere whoever searches them reads them all. */
  readonly pgvector: Pgvector | undefined;
  /** Why the database cannot, for the admin; absent in SQLite, which never can. */
  readonly withoutPgvector: string | undefined;
  readonly #database: Database;

  constructor(database: Database, options: PgvectorOptions = {}) {
    this.#database = database;
    const extension = database.extensions.get(PGVECTOR);
    if (extension?.usable) this.pgvector = new Pgvector(database, options);
    else this.withoutPgvector = extension?.reason;
  }

  async state(): Promise<IndexState> {
    const [row] = await this.#database.query(
      `SELECT ${CURRENT_VERSION} AS version, EXISTS (SELECT 1 FROM knowledge_chunk) AS filled,
        (SELECT value FROM knowledge_index WHERE name = 'embedding_model') AS model`,
    );
    const model = row?.model;
    return {
      version: Number(row?.version),
      empty: !row?.filled,
      ...(typeof model === 'string' && { embeddingModel: model }),
    };
  }

  async register({ name, kind, location, options }: Source): Promise<void> {
    await this.#database.query(
      `INSERT INTO knowledge_source (name, kind, location, options) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, location = excluded.location, options = excluded.options`,
      [name, kind, location, JSON.stringify(options)],
    );
  }

  /** Forgets a source with all that was indexed of it. */
  async removeSource(name: string): Promise<void> {
    await this.#database.transaction([
      RAISE_VERSION,
      { sql: 'DELETE FROM knowledge_chunk WHERE source = ?', args: [name] },
      { sql: 'DELETE FROM knowledge_document WHERE source = ?', args: [name] },
      { sql: 'DELETE FROM knowledge_source WHERE name = ?', args: [name] },
    ]);
  }

  async refreshed(source: string, at: Date): Promise<void> {
    await this.#database.query('UPDATE knowledge_source SET refreshed_at = ? WHERE name = ?', [
      at.toISOString(),
      source,
    ]);
  }

  async sources(): Promise<RegisteredSource[]> {
    const rows = await this.#database.query(
      `SELECT name, kind, location, options, refreshed_at,
        (SELECT count(*) FROM knowledge_document WHERE source = name) AS documents,
        (SELECT count(*) FROM knowledge_chunk WHERE source = name) AS chunks
        FROM knowledge_source ORDER BY name`,
    );
    return rows.map((row) => ({
      name: text(row, 'name'),
      kind: kindOf(text(row, 'kind')),
      location: text(row, 'location'),
      options: JSON.parse(text(row, 'options')),
      documents: Number(row.documents),
      chunks: Number(row.chunks),
      ...(row.refreshed_at !== null && { refreshedAt: text(row, 'refreshed_at') }),
    }));
  }

  /** Path to fingerprint: what a document was made from, and how. */
  async fingerprints(source: string): Promise<Map<string, string>> {
    const rows = await this.#database.query(
      'SELECT path, fingerprint FROM knowledge_document WHERE source = ?',
      [source],
    );
    return new Map(rows.map((row) => [text(row, 'path'), text(row, 'fingerprint')]));
  }

  /** Puts a document in the place of its older version, in one transaction. */
  async replace(
    source: string,
    document: SourceDocument,
    fingerprint: string,
    chunks: readonly StoredChunk[],
  ): Promise<void> {
    const id = documentId(source, document.path);
    await this.#database.transaction([
      RAISE_VERSION,
      { sql: 'DELETE FROM knowledge_chunk WHERE document_id = ?', args: [id] },
      {
        sql: `INSERT INTO knowledge_document (id, source, path, content_hash, fingerprint) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET content_hash = excluded.content_hash, fingerprint = excluded.fingerprint`,
        args: [id, source, document.path, document.contentHash, fingerprint],
      },
      ...chunks.map((chunk) => chunkRow(source, document, chunk, CURRENT_VERSION)),
      ...chunks.flatMap((chunk) => this.pgvector?.put('id', chunk.id, chunk.embedding) ?? []),
    ]);
  }

  async remove(source: string, path: string): Promise<void> {
    const id = documentId(source, path);
    await this.#database.transaction([
      RAISE_VERSION,
      { sql: 'DELETE FROM knowledge_chunk WHERE document_id = ?', args: [id] },
      { sql: 'DELETE FROM knowledge_document WHERE id = ?', args: [id] },
    ]);
  }

  /** The vectors of a document's chunks by chunk id: a chunk whose words stay keeps its vector. */
  async embeddingsOf(source: string, path: string): Promise<Map<string, Float32Array>> {
    const rows = await this.#database.query(
      'SELECT id, embedding FROM knowledge_chunk WHERE document_id = ? AND embedding IS NOT NULL',
      [documentId(source, path)],
    );
    return new Map(rows.map((row) => [text(row, 'id'), floatsOf(bytes(row, 'embedding'))]));
  }

  /** Chunks of a source that have no vector yet, those after `after` first. */
  async withoutEmbedding(source: string, after: number, limit: number): Promise<ChunkWithoutEmbedding[]> {
    const rows = await this.#database.query(
      `SELECT number, document_id, title, headings, body FROM knowledge_chunk
        WHERE source = ? AND embedding IS NULL AND number > ? ORDER BY number LIMIT ?`,
      [source, after, limit],
    );
    return rows.map((row) => ({
      number: Number(row.number),
      path: text(row, 'document_id').slice(documentId(source, '').length),
      title: text(row, 'title'),
      headings: JSON.parse(text(row, 'headings')),
      text: text(row, 'body'),
    }));
  }

  async addEmbeddings(
    embeddings: readonly (readonly [number: number, embedding: Float32Array])[],
  ): Promise<void> {
    await this.#database.transaction([
      RAISE_VERSION,
      ...embeddings.map(([number, embedding]) => ({
        sql: `UPDATE knowledge_chunk SET embedding = ?, version = ${CURRENT_VERSION} WHERE number = ?`,
        args: [bytesOf(embedding), number],
      })),
      ...embeddings.flatMap(([number, embedding]) => this.pgvector?.put('number', number, embedding) ?? []),
    ]);
  }

  /**
   * Says whose vectors the index will hold. The first who says it wins, while there are any.
   *
   * @throws EmbeddingModelError when it holds another model's.
   */
  async useEmbeddingModel(model: string): Promise<void> {
    await this.#database.query(
      `INSERT INTO knowledge_index (name, value) VALUES ('embedding_model', ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        WHERE NOT EXISTS (SELECT 1 FROM knowledge_chunk WHERE embedding IS NOT NULL)`,
      [model],
    );
    await this.checkEmbeddingModel(model);
  }

  /** @throws EmbeddingModelError when the index holds another model's vectors. */
  async checkEmbeddingModel(model: string): Promise<void> {
    const { embeddingModel } = await this.state();
    if (embeddingModel !== undefined && embeddingModel !== model)
      throw new EmbeddingModelError(embeddingModel, model);
  }

  /** Forgets all vectors and their model, so that the next ingest embeds everything anew. Keyword search goes on. */
  async forgetEmbeddings(): Promise<void> {
    await this.#database.transaction([
      RAISE_VERSION,
      { sql: 'UPDATE knowledge_chunk SET embedding = NULL WHERE embedding IS NOT NULL' },
      { sql: "DELETE FROM knowledge_index WHERE name = 'embedding_model'" },
      ...((await this.pgvector?.forget()) ?? []),
    ]);
  }

  /** Chunks that came, or got their vector, after an index version; by number, those after `after`. */
  async changesSince(
    version: number,
    page: { readonly after: number; readonly limit: number; readonly embeddings: boolean },
  ): Promise<IndexedChunk[]> {
    const rows = await this.#database.query(
      `SELECT number, source, postings, ${page.embeddings ? 'embedding' : 'NULL AS embedding'} FROM knowledge_chunk
        WHERE version > ? AND number > ? ORDER BY number LIMIT ?`,
      [version, page.after, page.limit],
    );
    return rows.map((row) => ({
      number: Number(row.number),
      source: text(row, 'source'),
      postings: bytes(row, 'postings'),
      ...(row.embedding !== null && { embedding: bytes(row, 'embedding') }),
    }));
  }

  /** Of one source, or of all. */
  async counts(source?: string): Promise<{ chunks: number; embedded: number }> {
    const [row] = await this.#database.query(
      `SELECT count(*) AS chunks, count(embedding) AS embedded FROM knowledge_chunk ${source === undefined ? '' : 'WHERE source = ?'}`,
      source === undefined ? [] : [source],
    );
    return { chunks: Number(row?.chunks), embedded: Number(row?.embedded) };
  }

  async numbers({ embedded = false } = {}): Promise<Set<number>> {
    const rows = await this.#database.query(
      `SELECT number FROM knowledge_chunk ${embedded ? 'WHERE embedding IS NOT NULL' : ''}`,
    );
    return new Set(rows.map((row) => Number(row.number)));
  }

  /** The chunks that are still there, by number. */
  async passages(numbers: readonly number[]): Promise<Map<number, Omit<Passage, 'score'>>> {
    if (numbers.length === 0) return new Map();
    const rows = await this.#database.query(
      `SELECT number, id, document_id, source, ordinal, title, headings, body, url, updated_at,
        (SELECT options FROM knowledge_source WHERE name = source) AS source_options
        FROM knowledge_chunk WHERE number IN (${numbers.map(() => '?').join(', ')})`,
      numbers,
    );
    return new Map(rows.map((row) => [Number(row.number), passageOf(row)]));
  }
}

/** @throws TypeError for a kind that a newer version registered. */
function kindOf(name: string): SourceKind {
  const kind = SOURCE_KINDS.find((one) => one === name);
  if (kind === undefined)
    throw new TypeError(`expected a kind of source (${SOURCE_KINDS.join(', ')}), got ${name}`);
  return kind;
}
