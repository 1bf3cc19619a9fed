import type { Database, Statement } from '../../database/database.js';
import { bytes } from '../chunks/chunk-rows.js';
import { byScore, type Scored } from './best-hits.js';
import type { NearestOptions, NearestVectors } from './nearest-vectors.js';
import { pgvectorBytes, pgvectorBytesOf } from './pgvector-bytes.js';
import { type HnswIndex, hnswIndexes, hnswName, indexedType } from './pgvector-hnsw.js';
import { otherDimensions, unitVector } from './vector-index.js';

/** The name of the extension. */
export const PGVECTOR = 'vector';

export interface PgvectorOptions {
  /**
   * Up to so many vectors each is compared with a question's; above, an HNSW index finds nearly all of the nearest, in a
   * time that hardly grows.
   * @default 20_000
   */
  readonly exactUpTo?: number | undefined;
}

/** Rows that are carried over in one transaction. */
const PAGE = 200;

/** As long as this is held nobody writes chunks: all of their writers begin by raising the version. */
const HOLD_VERSION: Statement = {
  sql: "SELECT value FROM knowledge_index WHERE name = 'version' FOR UPDATE",
};

/**
 * What an index is built with. With less memory than its graph takes it would be many times slower; workers would want as
 * much in /dev/shm, which containers do not have.
 */
const BUILD = { maintenance_work_mem: '512MB', max_parallel_maintenance_workers: '0' };

/** Chunks' vectors in a Postgres with pgvector, which searches them: none is held in memory here. */
export class Pgvector implements NearestVectors {
  readonly #database: Database;
  readonly #exactUpTo: number;

  constructor(database: Database, { exactUpTo = 20_000 }: PgvectorOptions = {}) {
    this.#database = database;
    this.#exactUpTo = exactUpTo;
  }

  /** Gives a chunk its vector: to be run in the transaction that stores it. Nothing for a chunk without one. */
  put(column: 'id' | 'number', chunk: string | number, embedding: Float32Array | undefined): Statement[] {
    if (!embedding) return [];
    return [
      {
        sql: `INSERT INTO knowledge_vector (number, source, embedding)
          SELECT number, source, CAST(? AS vector) FROM knowledge_chunk WHERE ${column} = ?
          ON CONFLICT (number) DO UPDATE SET embedding = excluded.embedding`,
        args: [pgvectorBytes(embedding), chunk],
      },
    ];
  }

  /** Forgets all: to be run in the transaction that forgets what they were made from. */
  async forget(): Promise<Statement[]> {
    const indexes = await hnswIndexes(this.#database);
    return [
      ...indexes.map(({ name }) => ({ sql: `DROP INDEX IF EXISTS "${name}"` })),
      { sql: 'TRUNCATE knowledge_vector' },
    ];
  }

  async nearest(
    vector: readonly number[],
    limit: number,
    { also = [], sources }: NearestOptions = {},
  ): Promise<Scored[]> {
    if (sources?.length === 0) return [];
    const dimensions = vector.length;
    const sameLength = `vector_dims(embedding) = ${dimensions}`;
    // The index is over this cast, and what it is asked for few sources it hardly finds: without the cast it is not used.
    const type = sources && !(await this.#areMany(sources)) ? '' : `::${indexedType(dimensions)}`;
    const rows = await this.#database.query(
      `WITH question AS MATERIALIZED (SELECT CAST(? AS vector) AS vector),
        near AS (
          SELECT number FROM knowledge_vector
          WHERE ${sameLength} ${sources ? `AND source IN (${places(sources)})` : ''}
          ORDER BY (embedding${type}) <#> (SELECT vector${type} FROM question) LIMIT ?
        )
        SELECT number, -(embedding <#> (SELECT vector FROM question)) AS score FROM knowledge_vector
        WHERE ${sameLength} AND number IN (SELECT number FROM near ${also.map(() => 'UNION ALL SELECT CAST(? AS BIGINT)').join(' ')})`,
      [pgvectorBytes(unitVector(vector)), ...(sources ?? []), limit, ...also],
    );
    if (rows.length === 0) await this.#checkDimensions(dimensions);
    return rows.map(({ number, score }) => ({ number: Number(number), score: Number(score) })).sort(byScore);
  }

  async #areMany(sources: readonly string[]): Promise<boolean> {
    const [row] = await this.#database.query(
      `SELECT count(*) AS vectors FROM
        (SELECT 1 FROM knowledge_vector WHERE source IN (${places(sources)}) LIMIT ?) AS found`,
      [...sources, this.#exactUpTo + 1],
    );
    return Number(row?.vectors) > this.#exactUpTo;
  }

  async #checkDimensions(asked: number): Promise<void> {
    const [row] = await this.#database.query(
      'SELECT vector_dims(embedding) AS dimensions FROM knowledge_vector LIMIT 1',
    );
    if (row && Number(row.dimensions) !== asked) throw otherDimensions(Number(row.dimensions), asked);
  }

  /**
   * Copies the vectors of chunks that were stored while the extension was not there, or by who did not know of it. Looks only
   * at what came since the last time. Killed at any point, the next call goes on.
   *
   * @returns how many there were
   */
  async carryOver(): Promise<number> {
    const [state] = await this.#database.query(
      `SELECT (SELECT CAST(value AS BIGINT) FROM knowledge_index WHERE name = 'version') AS version,
        (SELECT CAST(value AS BIGINT) FROM knowledge_index WHERE name = 'vectors_carried') AS carried`,
    );
    const [version, carried] = [Number(state?.version), Number(state?.carried ?? -1)];
    let count = 0;
    for (let after = 0; carried < version; ) {
      const rows = await this.#database.query(
        `SELECT number, embedding FROM knowledge_chunk AS chunk
          WHERE version > ? AND number > ? AND embedding IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM knowledge_vector WHERE number = chunk.number)
          ORDER BY number LIMIT ?`,
        [carried, after, PAGE],
      );
      const found = rows.map((row) => ({ number: Number(row.number), embedding: bytes(row, 'embedding') }));
      if (found.length > 0) await this.#database.transaction([HOLD_VERSION, ...found.map(copyOf)]);
      count += found.length;
      after = found.at(-1)?.number ?? after;
      if (found.length < PAGE) break;
    }
    if (carried < version) {
      await this.#database.query(
        `INSERT INTO knowledge_index (name, value) VALUES ('vectors_carried', ?)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [String(version)],
      );
    }
    return count;
  }

  /**
   * Makes the HNSW index when there are so many vectors that it is worth it, while all of them are read and written, and drops
   * it when they have become few. Takes a minute or more at 100,000.
   *
   * @param onBuild told of how many vectors one is made
   */
  async keepIndexed(onBuild: (vectors: number) => void = () => {}): Promise<void> {
    const lengths = await this.#database.query(
      'SELECT vector_dims(embedding) AS dimensions, count(*) AS vectors FROM knowledge_vector GROUP BY 1',
    );
    const counts = new Map(lengths.map((row) => [hnswName(Number(row.dimensions)), Number(row.vectors)]));
    const indexes = await hnswIndexes(this.#database);
    const kept = new Set<string>();
    for (const index of indexes) {
      if (this.#isWanted(index, counts.get(index.name) ?? 0)) kept.add(index.name);
      else await this.#database.maintain(`DROP INDEX IF EXISTS "${index.name}"`);
    }
    for (const row of lengths) {
      const [dimensions, vectors] = [Number(row.dimensions), Number(row.vectors)];
      const [name, type] = [hnswName(dimensions), indexedType(dimensions)];
      if (vectors <= this.#exactUpTo || kept.has(name)) continue;
      onBuild(vectors);
      await this.#database.maintain(
        `CREATE INDEX CONCURRENTLY IF NOT EXISTS "${name}" ON knowledge_vector
          USING hnsw ((embedding::${type}) ${type.replace(/\(.*/, '')}_ip_ops) WHERE vector_dims(embedding) = ${dimensions}`,
        BUILD,
      );
    }
  }

  /** One that is not valid is being built, or whoever built it was killed. */
  #isWanted({ valid, building }: HnswIndex, vectors: number): boolean {
    return building || (valid && vectors > this.#exactUpTo / 2);
  }
}

/** Not of a chunk that was replaced, or embedded anew, since its vector was read. */
function copyOf({ number, embedding }: { number: number; embedding: Uint8Array }): Statement {
  return {
    sql: `INSERT INTO knowledge_vector (number, source, embedding)
      SELECT number, source, CAST(? AS vector) FROM knowledge_chunk WHERE number = ? AND embedding = ?
      ON CONFLICT (number) DO NOTHING`,
    args: [pgvectorBytesOf(embedding), number, embedding],
  };
}

function places(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
