import { isFunctionWord, languageOf } from './language.js';
import type { Passage } from './passage.js';

/** Of a statement's telling words so many stand in a passage that it rests on. Half of them are often said in other words. */
const SHARED = 1 / 3;

/**
 * Whether a passage can be what a statement rests on, where the model quotes nothing: it has a third of the statement's
 * telling words and, when the statement has figures, at least one of them. Words of two languages cannot be compared: there
 * the figures alone are. A passage about something else is found out by it, a subtle error is not.
 */
export function supportsClaim(claim: string, passage: Pick<Passage, 'title' | 'headings' | 'text'>): boolean {
  const text = [passage.title, ...passage.headings, passage.text].join('\n');
  const [said, known] = [tellingParts(claim), tellingParts(text)];
  const share = (parts: ReadonlySet<string>, among: ReadonlySet<string>) =>
    [...parts].filter((part) => among.has(part)).length / parts.size;
  if (said.figures.size > 0 && share(said.figures, known.figures) === 0) return false;
  // "Yes." says too little to tell.
  if (said.words.size < 2 || share(said.words, known.words) >= SHARED) return true;
  const [one, other] = [languageOf(claim), languageOf(text)];
  return one !== undefined && other !== undefined && one !== other;
}

interface TellingParts {
  readonly words: ReadonlySet<string>;
  readonly figures: ReadonlySet<string>;
}

function tellingParts(text: string): TellingParts {
  const [words, figures] = [new Set<string>(), new Set<string>()];
  const plain = text.normalize('NFKC').toLowerCase();
  for (const [figure] of plain.matchAll(/\p{N}+(?:[.,:]\p{N}+)*/gu)) figures.add(figure.replace(/,/g, '.'));
  for (const [word] of plain.matchAll(/[\p{L}\p{M}]+/gu)) {
    if (UNSPACED.test(word)) for (const pair of pairsOf(word)) words.add(pair);
    else if (word.length >= 3 && !isFunctionWord(word)) words.add(stemOf(word));
  }
  return { words, figures };
}

const UNSPACED = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai}/u;

function pairsOf(word: string): string[] {
  const characters = [...word];
  return characters.slice(0, -1).map((character, index) => `${character}${characters[index + 1]}`);
}

/** Words of a common beginning count as the same: "refunds", "refunded". */
function stemOf(word: string): string {
  return word.slice(0, 5);
}
