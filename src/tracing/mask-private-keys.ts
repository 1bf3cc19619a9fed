import { KEY_BEGIN, KEY_BREAK, KEY_CHAR, KEY_END, KEY_HEADERS } from '../secrets/private-keys.js';
import { maskBackwards } from './mask-backwards.js';

/** Shorter words are prose; so little of a key that was cut short may stay. */
const WORD = `${KEY_CHAR}{16,}`;
const WORDS = `${WORD}(?:${KEY_BREAK}${WORD})*`;
/** The last line before the end may be short. */
const LAST = `(?:${KEY_BREAK})?(?:${KEY_CHAR}{1,76}(?:${KEY_BREAK})?)?`;

/** A key, or its beginning. */
const HEAD = new RegExp(`${KEY_BEGIN}${KEY_HEADERS}(?:${KEY_BREAK})?${WORDS}(?:${LAST}${KEY_END})?`, 'g');

/** The end of a key. What belongs to it is read backwards from there. */
const TAIL = new RegExp(`${KEY_END}(?<=(?<before>${WORDS}${LAST})${KEY_END})`, 'g');

/** PuTTY's file from where it becomes secret. */
const PUTTY = new RegExp(
  String.raw`(Private-Lines: \d{1,4})${KEY_BREAK}${WORDS}(?:${KEY_BREAK}${KEY_CHAR}{1,76}(?=\s{1,4}Private-MAC))?`,
  'g',
);

/** Small and large letters and digits, as in every line of a key: lists of hashes are of one case. */
const MIXED = ['a-z', 'A-Z', '0-9'].map((kind) => `(?=${KEY_CHAR}{0,63}[${kind}])`).join('');

/** As OpenSSL and PGP write them, OpenSSH, and mail. */
const LINE_LENGTHS = [64, 70, 76];
const SHORTEST_LINE = 48;

/**
 * From the middle of a key: a document reaches a trace in pieces, and such a one has neither of its ends. Two full lines and
 * more (one more character is a mark of the text around), or three of any length. Certificates look the same and go too.
 */
const MIDDLE = new RegExp(
  `(?<!${KEY_CHAR})(?:${WORD}${KEY_BREAK})?(?:${[
    ...LINE_LENGTHS.map((length) => keyLines({ most: length + 1, least: length, count: 2 })),
    keyLines({ most: 100, least: SHORTEST_LINE, count: 3 }),
  ].join('|')})(?:${KEY_BREAK}${WORD})*`,
  'g',
);

function keyLines({ least, most, count }: { least: number; most: number; count: number }): string {
  const line = `${MIXED}[A-Za-z0-9+/]{${least},${most}}(?!${KEY_CHAR})`;
  return `${line}(?:${KEY_BREAK}${line}){${count - 1},}`;
}

/** Of a key on a single line: such a piece begins with its text, or with its code block, or within the mark of its beginning. */
const PIECE = new RegExp(
  `^((?:\`{3}\\w{0,12}\\n)?\\s{0,8}(?:[A-Z ]{0,20}KEY(?: BLOCK)?-----\\s{0,8})?)${MIXED}${KEY_CHAR}{200,}`,
);

/** Private keys out of a text, whole or in pieces. A text that only speaks of where one begins and ends stays as it is. */
export function maskPrivateKeys(text: string, mask: string): string {
  let masked = text;
  if (text.includes('PRIVATE KEY')) masked = maskBackwards(text.replace(HEAD, mask), TAIL, mask);
  if (text.includes('Private-Lines:')) masked = masked.replace(PUTTY, `$1 ${mask}`);
  return hasLongWord(masked) ? masked.replace(MIDDLE, mask).replace(PIECE, `$1${mask}`) : masked;
}

/** Whether there is a line of a key's length; looks at one character in so many, and around it. */
function hasLongWord(text: string): boolean {
  const isIn = (index: number) => /[A-Za-z0-9+/]/.test(text.charAt(index));
  for (let middle = SHORTEST_LINE - 1; middle < text.length; middle += SHORTEST_LINE) {
    let start = middle;
    while (start > middle - SHORTEST_LINE && isIn(start)) start -= 1;
    let end = middle + 1;
    while (end <= start + SHORTEST_LINE && isIn(end)) end += 1;
    if (start < middle && end - start > SHORTEST_LINE) return true;
  }
  return false;
}
