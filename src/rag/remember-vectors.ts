import type { Embed } from './embed.js';

/**
 * Keeps the vectors of the texts that were asked for last: the same question in the next channel, or asked again after an
 * outage of Claude, costs no call. A failure is not kept.
 *
 * @param size texts; the one that was not used for longest goes first
 */
export function rememberVectors(embed: Embed, size: number): Embed {
  const vectors = new Map<string, number[]>();

  function recall(text: string): number[] | undefined {
    const vector = vectors.get(text);
    if (vector) keep(text, vector);
    return vector;
  }

  /** A map goes by the order of insertion: what is used moves to its end. */
  function keep(text: string, vector: number[]): void {
    vectors.delete(text);
    vectors.set(text, vector);
    for (const oldest of vectors.keys()) {
      if (vectors.size <= size) break;
      vectors.delete(oldest);
    }
  }

  return async (texts, signal) => {
    const known = texts.map(recall);
    const missing = texts.filter((_, index) => known[index] === undefined);
    const added = missing.length > 0 ? await embed(missing, signal) : [];
    if (added.length !== missing.length)
      throw new Error(`expected ${missing.length} vectors, got ${added.length}`);
    for (const [index, vector] of added.entries()) keep(missing[index] ?? '', vector);
    const rest = added[Symbol.iterator]();
    return known.map((vector) => vector ?? rest.next().value ?? []);
  };
}
