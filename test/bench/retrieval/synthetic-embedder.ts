import type { Embedder } from '../../../src/knowledge/embedder.js';

export const DIMENSIONS = 512;

/** Vectors at once and by chance: what an embedding service takes is not measured here. */
export function syntheticEmbedder(): Embedder {
  const random = randomVectors(1);
  return { model: 'bench', embed: async (texts) => texts.map(() => random()) };
}

/** The same vectors for the same seed. */
export function randomVectors(seed: number): () => number[] {
  let state = seed;
  return () =>
    Array.from({ length: DIMENSIONS }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return state / 2 ** 31;
    });
}
