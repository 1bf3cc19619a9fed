import { createHash } from 'node:crypto';
import { encodePostings, postingsOf } from '../index/postings.js';
import type { Chunk } from './chunk.js';
import { documentId } from './chunk-rows.js';

/** A chunk with what it is stored and searched by. */
export interface PreparedChunk extends Chunk {
  readonly id: string;
  /** As `encodePostings` makes them. */
  readonly postings: Uint8Array;
}

/**
 * Gives each chunk its postings, and the id that it has as long as its words stay, wherever in the document it moves: what
 * is before it may grow, and its vector is still its own.
 */
export function prepareChunks(source: string, path: string, chunks: readonly Chunk[]): PreparedChunk[] {
  const seen = new Map<string, number>();
  return chunks.map((chunk) => {
    const words = JSON.stringify([documentId(source, path), chunk.title, chunk.headings, chunk.text]);
    const before = seen.get(words) ?? 0;
    seen.set(words, before + 1);
    const id = createHash('sha256').update(`${words}${before}`).digest('hex').slice(0, 32);
    return { ...chunk, id, postings: encodePostings(postingsOf(chunk)) };
  });
}
