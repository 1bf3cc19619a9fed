import { bytesOf } from '../../../src/knowledge/chunks/chunk-rows.js';
import { BestHits, type Scored } from '../../../src/knowledge/index/best-hits.js';
import { MOST_ROWS, VectorMatrix } from '../../../src/knowledge/index/vector-matrix.js';
import { DIMENSIONS } from './synthetic-embedder.js';

/** The simplest search there is, and exact: every vector in memory, all at once, and nothing but their numbers found. */
export function exactScan(
  rows: number,
  vector: () => number[],
): (query: readonly number[], limit: number) => Scored[] {
  const matrix = new VectorMatrix(DIMENSIONS);
  const some = Array.from({ length: Math.min(rows, 1_000) }, () => bytesOf(Float32Array.from(vector())));
  for (let row = 0; row < rows; row += 1) matrix.set(row, some[row % some.length] ?? new Uint8Array());

  return (query, limit) => {
    const asked = Float32Array.from(query);
    const best = new BestHits(limit);
    for (let first = 0; first < rows; first += MOST_ROWS) {
      const products = matrix.products(asked, first, Math.min(MOST_ROWS, rows - first));
      for (const [index, score] of products.entries()) best.add(first + index, score);
    }
    return best.hits();
  };
}
