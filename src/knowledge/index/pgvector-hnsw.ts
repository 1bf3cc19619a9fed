import type { Database } from '../../database/database.js';

/** An index that finds the nearest vectors without comparing each. One for each length of vectors. */
export interface HnswIndex {
  readonly name: string;
  readonly valid: boolean;
  readonly building: boolean;
}

const PREFIX = 'knowledge_vector_hnsw_';

export function hnswName(dimensions: number): string {
  return `${PREFIX}${dimensions}`;
}

/** An index takes up to 2,000 numbers, and up to 4,000 of half the precision; what it finds is compared exactly again. */
export function indexedType(dimensions: number): string {
  return `${dimensions <= 2_000 ? 'vector' : 'halfvec'}(${dimensions})`;
}

export async function hnswIndexes(database: Database): Promise<HnswIndex[]> {
  const rows = await database.query(
    `SELECT relname AS name, indisvalid AS valid,
        EXISTS (SELECT 1 FROM pg_stat_progress_create_index WHERE relid = indrelid) AS building
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE indrelid = to_regclass('knowledge_vector') AND starts_with(relname, ?)`,
    [PREFIX],
  );
  return rows.map(({ name, valid, building }) => ({
    name: String(name),
    valid: Boolean(valid),
    building: Boolean(building),
  }));
}
