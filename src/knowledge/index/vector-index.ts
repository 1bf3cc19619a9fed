import { setImmediate } from 'node:timers/promises';
import { BestHits, byScore, type Scored } from './best-hits.js';
import type { NearestOptions, NearestVectors } from './nearest-vectors.js';
import { MOST_ROWS, VectorMatrix } from './vector-matrix.js';

/** All vectors in memory, scanned exactly: 2 KB a chunk at 512 dimensions. */
export class VectorIndex implements NearestVectors {
  #matrix = new VectorMatrix(0);
  #numbers: number[] = [];
  #sources: string[] = [];
  #rowOf = new Map<number, number>();

  get numbers(): ReadonlyMap<number, number> {
    return this.#rowOf;
  }

  /** Adds a chunk's vector, of unit length as little-endian float32, or puts it in the place of its older one. */
  put(number: number, source: string, vector: Uint8Array): void {
    const dimensions = vector.byteLength / Float32Array.BYTES_PER_ELEMENT;
    if (dimensions !== this.#matrix.dimensions) {
      // The first vector, or everything is being embedded anew by another model.
      this.#keep([], new VectorMatrix(dimensions));
    }
    const row = this.#rowOf.get(number) ?? this.#numbers.length;
    this.#matrix.set(row, vector);
    this.#rowOf.set(number, row);
    this.#numbers[row] = number;
    this.#sources[row] = source;
  }

  remove(numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    for (const number of numbers) this.#rowOf.delete(number);
    this.#keep([...this.#rowOf.values()], new VectorMatrix(this.#matrix.dimensions));
  }

  /** Moves rows to a new matrix: a search may be at work in the old one. */
  #keep(rows: readonly number[], matrix: VectorMatrix): void {
    for (const [to, from] of rows.entries()) matrix.set(to, this.#matrix.row(from));
    this.#matrix = matrix;
    this.#sources = rows.map((row) => this.#sources[row] ?? '');
    this.#numbers = rows.map((row) => this.#numbers[row] ?? Number.NaN);
    this.#rowOf = new Map(this.#numbers.map((number, row) => [number, row]));
  }

  async nearest(
    vector: readonly number[],
    limit: number,
    { also = [], sources }: NearestOptions = {},
  ): Promise<Scored[]> {
    // While this breathes an ingest may bring or move rows: what began goes on with the rows that it began with.
    const [matrix, numbers, names, rowOf] = [this.#matrix, this.#numbers, this.#sources, this.#rowOf];
    const rows = numbers.length;
    if (rows > 0 && vector.length !== matrix.dimensions) {
      throw otherDimensions(matrix.dimensions, vector.length);
    }
    const query = unitVector(vector);
    const wanted = sources && new Set(sources);
    const best = new BestHits(limit);
    for (let first = 0; first < rows; first += MOST_ROWS) {
      if (first > 0) await setImmediate();
      const products = matrix.products(query, first, Math.min(MOST_ROWS, rows - first));
      for (const [index, score] of products.entries()) {
        const number = numbers[first + index];
        if (number === undefined || score <= best.threshold) continue;
        if (!wanted || wanted.has(names[first + index] ?? '')) best.add(number, score);
      }
    }
    const nearest = best.hits();
    const found = new Set(nearest.map(({ number }) => number));
    for (const number of also) {
      const row = rowOf.get(number);
      if (row === undefined || row >= rows || found.has(number)) continue;
      nearest.push({ number, score: matrix.products(query, row, 1)[0] ?? 0 });
    }
    return nearest.sort(byScore);
  }
}

/** What a search says to a vector that cannot be compared with the index's. */
export function otherDimensions(indexed: number, asked: number): RangeError {
  return new RangeError(`expected a vector of ${indexed} numbers, as the index has, got ${asked}`);
}

/** @throws RangeError for a vector of zeros or of what is no number: it points nowhere. */
export function unitVector(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new RangeError('expected a vector that points somewhere, got one of zeros or of what is no number');
  }
  return Float32Array.from(vector, (value) => value / length);
}
