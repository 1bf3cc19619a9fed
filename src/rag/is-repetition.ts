import type { Passage } from './passage.js';

/** Words in a row that are compared: order counts. */
const RUN = 3;

/** The share of a text's runs that must stand in the other. Below 1: at the seams of what was cut or joined they differ. */
const SHARED = 0.8;

/** A text of fewer words means what its title and headings say ("Yes, on all plans."), so they are compared too. */
const SHORT = 40;

/** A passage's words without its formatting: two ways of writing the same paragraph have the same. */
export interface Wording {
  readonly words: ReadonlySet<string>;
  readonly runs: ReadonlySet<string>;
}

export function wordingOf({ title, headings, text }: Pick<Passage, 'title' | 'headings' | 'text'>): Wording {
  const words = wordsOf(text);
  const runs = words.slice(0, Math.max(1, words.length - RUN + 1));
  const above = words.length < SHORT ? wordsOf([title, ...headings].join('\n')) : [];
  return {
    words: new Set([...words, ...above]),
    runs: new Set(runs.map((_, index) => words.slice(index, index + RUN).join(' '))),
  };
}

/**
 * Whether a passage tells a reader of the other nothing: it has no word that is not there, and says them in nearly the same
 * order. One new word is enough to keep it: two runbooks that differ in "staging" and "production", and two versions that
 * differ in a figure, are nearly the same text and not the same answer.
 */
export function isRepetition(passage: Wording, of: Wording): boolean {
  for (const word of passage.words) if (!of.words.has(word)) return false;
  let shared = 0;
  for (const run of passage.runs) if (of.runs.has(run)) shared += 1;
  return shared >= SHARED * passage.runs.size;
}

function wordsOf(text: string): string[] {
  // A link is its words: the same paragraph links by another path from another folder.
  const plain = text.replace(/\]\([^()\s]*(?:\s+"[^"]*")?\)/g, ']');
  return (
    plain
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
