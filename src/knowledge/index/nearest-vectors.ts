import type { Scored } from './best-hits.js';

export interface NearestOptions {
  /** Chunks that are scored too, wherever they stand. @default none */
  readonly also?: readonly number[];
  /** Whose chunks are looked at, apart from those of `also`. @default all sources */
  readonly sources?: readonly string[] | undefined;
}

/** Chunks' vectors, in memory or in the database. */
export interface NearestVectors {
  /**
   * The chunks whose vectors are nearest to the question's by cosine, and those of `also` wherever they stand, best first.
   *
   * @throws RangeError when the vector is not as long as the index's.
   */
  nearest(vector: readonly number[], limit: number, options?: NearestOptions): Promise<Scored[]>;
}
