import type { ChunkWords } from '../chunks/chunk.js';
import { tokensOf } from './tokens.js';

/**
 * What one occurrence counts, in halves of a word of the body. Measured on questions about documentation, abstracts and
 * declarations: 2 to 4 words for the title are within .003 nDCG@10. A part of a name at the weight of a word costs .003 on
 * prose and gains as much on code; at a quarter it costs .04 on code.
 */
const WEIGHT = { title: 6, heading: 4, body: 2, partOfName: 1 };

/** What a chunk is found by: for each of its terms how much it counts there, in halves of a word. */
export interface Postings {
  /** Tokens in all, stop words and parts of names counted: BM25 divides by it. */
  readonly length: number;
  readonly terms: ReadonlyMap<number, number>;
}

/** Terms are numbers: 32 bits of hash, of which the words of a large index share a handful. */
export function termOf(token: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < token.length; index++) {
    hash = Math.imul(hash ^ token.charCodeAt(index), 0x01000193);
  }
  // FNV alone leaves the high bits of short words alike.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export function postingsOf({ title, headings, text }: ChunkWords): Postings {
  const terms = new Map<number, number>();
  let length = 0;
  const count = (tokens: readonly string[], weight: number) => {
    length += tokens.length;
    for (const token of tokens) {
      const term = termOf(token);
      terms.set(term, Math.min(255, (terms.get(term) ?? 0) + weight));
    }
  };
  // A link is found by its words: the parts of its address are noise, and count in the length.
  const prose = text.replace(/\]\([^()\s]*(?:\s+"[^"]*")?\)/g, ']');
  const fields = [
    [title, WEIGHT.title],
    [headings.join('\n'), WEIGHT.heading],
    [prose, WEIGHT.body],
    // Sections that were joined keep their headings in the text, where they are found by them as well.
    [headingLines(prose), WEIGHT.heading - WEIGHT.body],
  ] as const;
  for (const [field, weight] of fields) {
    const { words, compounds, humps, stopWords } = tokensOf(field);
    count(words, weight);
    count(compounds, WEIGHT.partOfName);
    count(humps, WEIGHT.partOfName);
    // Not searched for, but the length is that of the prose: without them a bare list of links would look short.
    length += stopWords;
  }
  return { length, terms };
}

function headingLines(markdown: string): string {
  const outsideCode = markdown.replace(/^(`{3,}|~{3,})[\s\S]*?(?:^\1|(?![\s\S]))/gm, '');
  return outsideCode.match(/^#{1,6} .*$/gm)?.join('\n') ?? '';
}

/** The terms of a question, one for each time it says them. A pasted log is cut: it would match, and cost, everything. */
export function questionTerms(question: string, limit = 64): number[] {
  const { words, compounds } = tokensOf(question);
  return [...words, ...compounds].slice(0, limit).map(termOf);
}

/** What a question asks about: the terms of its words, each once. */
export function subjectTerms(question: string, limit = 64): { term: number; hasFigure: boolean }[] {
  const words = new Set(tokensOf(question).words);
  return [...words].slice(0, limit).map((word) => ({ term: termOf(word), hasFigure: /\p{N}/u.test(word) }));
}

/** As stored: the length, the terms (little-endian, 4 bytes each), then their counts (1 byte each). */
export function encodePostings({ length, terms }: Postings): Uint8Array {
  const blob = new Uint8Array(4 + 5 * terms.size);
  const view = new DataView(blob.buffer);
  view.setUint32(0, length, true);
  let index = 0;
  for (const [term, count] of terms) {
    view.setUint32(4 + 4 * index, term, true);
    view.setUint8(4 + 4 * terms.size + index, count);
    index += 1;
  }
  return blob;
}

/** Calls `each` for every term of a stored blob; returns the length. */
export function readPostings(blob: Uint8Array, each: (term: number, count: number) => void): number {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const terms = (blob.byteLength - 4) / 5;
  for (let index = 0; index < terms; index++) {
    each(view.getUint32(4 + 4 * index, true), view.getUint8(4 + 4 * terms + index));
  }
  return view.getUint32(0, true);
}
