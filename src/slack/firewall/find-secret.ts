import { KEY_BEGIN, KEY_BREAK, KEY_CHAR, KEY_END, KEY_HEADERS } from '../../secrets/private-keys.js';
import { IN_WORD, SECRET_TOKENS, type SecretToken } from '../../secrets/secret-tokens.js';

interface Rule {
  /** By which it can be told from a word. */
  readonly start: string;
  readonly whole: RegExp;
  /** What may still become one: matches when every character so far fits. */
  readonly soFar: RegExp;
  /** Words end in `start`: what comes before tells them apart. */
  readonly isInWords?: boolean | undefined;
}

const TOKEN = /^[\w.%+/=-]*$/;
/** Secrets that hold blanks: a token directly before one must not take its start away. */
const NOT_LONGER = '(?!-----BEGIN|[Aa][Ww][Ss]_[Ss][Ee][Cc][Rr][Ee][Tt]_)';

function tokenRules({ starts, between = '', set, least, isInWords }: SecretToken): Rule[] {
  const rest = `${NOT_LONGER}${between}(?:${NOT_LONGER}${set}){${least},}`;
  return starts.map((start) => ({
    start,
    whole: new RegExp(`^${start.replaceAll('.', '\\.')}${rest}`),
    soFar: TOKEN,
    isInWords,
  }));
}

/** Of a key: shorter words are prose. */
const LINES = `(?:${KEY_CHAR}{20,})?(?:${KEY_BREAK}${KEY_CHAR}{20,})*`;
const LINES_SO_FAR = String.raw`${LINES}(?:${KEY_BREAK}${KEY_CHAR}{0,64})?(?:${KEY_BREAK})?[+/]{0,2}(?:-{0,6}|-{5,6}[A-Z0-9 ]+-{0,4})\\?`;
const HEADER_SO_FAR = String.raw`${KEY_BREAK}[A-Za-z-]{0,9}(?::[^\n\\]{0,121})?`;

/** Keys and tokens as their makers write them. */
const RULES: readonly Rule[] = [
  ...SECRET_TOKENS.flatMap(tokenRules),
  {
    start: 'aws_secret_access_key',
    whole: /^aws_secret_access_key["'`]?\s{0,3}[=:]\s{0,3}["'`]?[A-Za-z0-9/+]{30,}={0,2}/i,
    soFar: /^aws_secret_access_key["'`]?\s{0,3}(?:[=:]\s{0,3}["'`]?[A-Za-z0-9/+]*={0,2})?$/i,
  },
  {
    start: '-----BEGIN',
    whole: new RegExp(
      `^${KEY_BEGIN}${KEY_HEADERS}${LINES}(?:(?:${KEY_BREAK}${KEY_CHAR}{1,64})?(?:${KEY_BREAK})?${KEY_END})?`,
    ),
    soFar: new RegExp(
      `^-----BEGIN(?: [A-Z0-9 ]*-{0,4}|${KEY_BEGIN.slice('-----BEGIN'.length)}${KEY_HEADERS}(?:${HEADER_SO_FAR}|${KEY_CHAR}{0,19}|${LINES_SO_FAR}))?$`,
    ),
  },
];

/** Longer than any key of 8,192 bits. More is shown without waiting for its end. */
const MAX_LENGTH = 12_000;

export const MASK = '[secret removed]';

const ENDS_IN_WORD = new RegExp(`${IN_WORD}$`);

/** By their first letter: few of a text's characters begin any. */
const RULES_BY_LETTER: ReadonlyMap<string, readonly Rule[]> = byLetter(RULES, ({ start }) => start);

/** Where a rule's start stands, or as much of it as the text has left. Without width, as one start may overlap another. */
const START = new RegExp(`(?=${oneOf(RULES.map(({ start }) => start))})`, 'gi');

/** A pattern for any of the words, or as much of one as the text has left. Each letter is looked at once. */
function oneOf(words: readonly string[]): string {
  const rests = [...byLetter(words, (word) => word)].map(([letter, all]) => {
    const rest = all.includes(letter) ? '' : `(?:${oneOf(all.map((word) => word.slice(1)))}|$)`;
    return `${letter.replace('.', '\\.')}${rest}`;
  });
  return rests.join('|');
}

function byLetter<Item>(items: readonly Item[], textOf: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const letter = textOf(item).charAt(0).toLowerCase();
    found.set(letter, [...(found.get(letter) ?? []), item]);
  }
  return found;
}

/**
 * The length of the secret that `text` begins with, 0 when it begins with none, or `undecided` when more text is needed to
 * tell. `isWhole`: no more text comes. `before`: what precedes it; three characters are enough.
 */
export function findSecret(text: string, isWhole: boolean, before: string): number | 'undecided' {
  let longest = 0;
  for (const { start, whole, soFar, isInWords } of RULES_BY_LETTER.get(text.charAt(0).toLowerCase()) ?? []) {
    const seen = text.slice(0, start.length);
    if (!start.toLowerCase().startsWith(seen.toLowerCase())) continue;
    if (isInWords && ENDS_IN_WORD.test(before.slice(-3))) continue;
    if (!isWhole && (seen.length < start.length || (text.length < MAX_LENGTH && soFar.test(text))))
      return 'undecided';
    longest = Math.max(longest, whole.exec(text)?.[0].length ?? 0);
  }
  return longest;
}

/** Where in `text` the first secret begins; unless `isWhole`, also what may become one. The text's length if nowhere. */
export function secretIndex(text: string, isWhole: boolean): number {
  for (const { index } of text.matchAll(START))
    if (findSecret(text.slice(index), isWhole, text.slice(Math.max(0, index - 3), index)) !== 0) return index;
  return text.length;
}

/** How much of a word can be taken at once: up to where, after its first character, a secret might begin. */
export function lengthBeforeStart(word: string): number {
  const at = word.slice(1).search(START);
  return at < 0 ? word.length : at + 1;
}
