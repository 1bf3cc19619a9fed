import { DIMENSIONS } from './synthetic-embedder.js';

/** The simplest search there is, and exact: every vector in one array, in plain JavaScript, without a store. */
export function exactScan(
  rows: number,
  vector: () => number[],
): (query: readonly number[], limit: number) => number[] {
  const all = new Float32Array(rows * DIMENSIONS);
  const some = Array.from({ length: Math.min(rows, 1_000) }, vector);
  for (let row = 0; row < rows; row += 1) all.set(some[row % some.length] ?? [], row * DIMENSIONS);
  const products = new Float32Array(rows);

  return (query, limit) => {
    const asked = Float32Array.from(query);
    for (let row = 0, at = 0; row < rows; row += 1) {
      let product = 0;
      for (let dimension = 0; dimension < DIMENSIONS; dimension += 1, at += 1)
        product += (asked[dimension] ?? 0) * (all[at] ?? 0);
      products[row] = product;
    }
    const best: number[] = [];
    let worst = Number.NEGATIVE_INFINITY;
    for (const [row, product] of products.entries()) {
      if (product <= worst) continue;
      best.push(row);
      best.sort((one, other) => (products[other] ?? 0) - (products[one] ?? 0));
      if (best.length > limit) best.pop();
      if (best.length === limit) worst = products[best.at(-1) ?? 0] ?? worst;
    }
    return best;
  };
}
