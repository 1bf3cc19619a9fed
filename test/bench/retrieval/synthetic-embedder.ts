import type { Embedder } from '../../../src/knowledge/embedder.js';

export const DIMENSIONS = 512;

/** Vectors at once and by chance: what an embedding service takes is not measured here. */
export function syntheticEmbedder(): Embedder {
  const random = randomVectors(1);
  return { model: 'bench', embed: async (texts) => texts.map(() => random()) };
}

/** In how many directions the vectors spread: texts' use few of their dimensions, and an index lives on that. */
const DIRECTIONS = 32;

/** The same vectors for the same seed, spread as all others are. */
export function randomVectors(seed: number): () => number[] {
  const axes = numbers(0);
  const directions = Array.from({ length: DIRECTIONS }, () =>
    Float64Array.from({ length: DIMENSIONS }, axes),
  );
  const random = numbers(seed);
  return () => {
    const vector = Array.from({ length: DIMENSIONS }, random);
    for (const direction of directions) {
      const along = random();
      for (let i = 0; i < DIMENSIONS; i += 1) vector[i] = (vector[i] ?? 0) + along * (direction[i] ?? 0);
    }
    return vector;
  };
}

/** Between -1 and 1, few of them near the ends. */
function numbers(seed: number): () => number {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
  return () => (next() + next() + next()) / 3;
}
