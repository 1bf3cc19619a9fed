interface Rule {
  /** By which it can be told from a word. */
  readonly start: string;
  readonly whole: RegExp;
  /** What may still become one: matches when every character so far fits. */
  readonly soFar: RegExp;
  /** Words end in `start`: what comes before tells them apart. */
  readonly isInWords?: boolean;
}

const TOKEN = /^[\w.%-]*$/;
/** Secrets that hold blanks: a token directly before one must not take its start away. */
const NOT_LONGER = '(?!-----BEGIN|[Aa][Ww][Ss]_[Ss][Ee][Cc][Rr][Ee][Tt]_)';
/** `head` and at least `least` characters of the set. */
const token = (start: string, head: string, set: string, least: number): Rule => ({
  start,
  whole: new RegExp(`^${head}(?:${NOT_LONGER}${set}){${least},}`),
  soFar: TOKEN,
});
/** Sought no further than a key is long: the time stays linear. */
const HAS_DIGIT = String.raw`(?=[\w-]{0,200}\d)`;

/** Between the lines of a key, also of one that stands in JSON, in a quote or in a diff. */
const BREAK = String.raw`(?:\s|\\[nr]|["'${'`'}>|])+`;
const LINES = `(?:${BREAK}[A-Za-z0-9+/=]{20,})*`;
const KEY_NAME = '[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?';

/** Keys and tokens as their makers write them: Slack, Anthropic and OpenAI, LangSmith, AWS, GitHub, private keys. */
const RULES: readonly Rule[] = [
  ...[...'abcdeoprs'].map((kind) => token(`xox${kind}`, `xox[a-z]${NOT_LONGER}[-.]`, '[\\w.%-]', 8)),
  token('xapp-', 'xapp-', '[\\w-]', 10),
  // As in "risk-" and "task-".
  { ...token('sk-', `sk-${HAS_DIGIT}`, '[\\w-]', 16), isInWords: true },
  token('sk-ant-', `sk-ant-${HAS_DIGIT}`, '[\\w-]', 12),
  token('lsv2_', 'lsv2_[a-z]+_', '[\\w-]', 16),
  token('AKIA', 'AKIA', '[A-Z0-9]', 16),
  token('ASIA', 'ASIA', '[A-Z0-9]', 16),
  ...[...'opurs'].map((kind) => token(`gh${kind}_`, 'gh[a-z]_', '[A-Za-z0-9]', 20)),
  token('github_pat_', 'github_pat_', '\\w', 20),
  {
    start: 'aws_secret_access_key',
    whole: /^aws_secret_access_key["'`]?\s{0,3}[=:]\s{0,3}["'`]?[A-Za-z0-9/+]{30,}={0,2}/i,
    soFar: /^aws_secret_access_key["'`]?\s{0,3}(?:[=:]\s{0,3}["'`]?[A-Za-z0-9/+]*={0,2})?$/i,
  },
  {
    start: '-----BEGIN',
    whole: new RegExp(
      `^-----BEGIN ${KEY_NAME}-----${LINES}(?:(?:(?:\\s|\\\\[nr])+[A-Za-z0-9+/=]{1,64})?${BREAK}-----END ${KEY_NAME}-----)?`,
    ),
    soFar: new RegExp(
      `^-----BEGIN(?: [A-Z0-9 ]*-{0,4}| ${KEY_NAME}-----${LINES}(?:${BREAK}[A-Za-z0-9+/=]{0,64})?(?:${BREAK})?(?:-{0,5}|-----[A-Z0-9 ]+-{0,4})\\\\?)?$`,
    ),
  },
];

/** Longer than any key of 8,192 bits. More is shown without waiting for its end. */
const MAX_LENGTH = 12_000;

export const MASK = '[secret removed]';

/** Ends in the middle of a word: not after an escaped line break or a character encoded as in an address. */
const IN_WORD = /(?<!\\[nrt]|%[0-9a-f]{2})(?<=[a-z0-9])$/i;

/** Where a rule's start stands, or as much of it as the text has left. Without width, as one start may overlap another. */
const START = new RegExp(
  `(?=${RULES.map(({ start }) => [...start].reduceRight((rest, char) => `${char}(?:${rest}|$)`)).join('|')})`,
  'gi',
);

/**
 * The length of the secret that `text` begins with, 0 when it begins with none, or `undecided` when more text is needed to
 * tell. `isWhole`: no more text comes. `before`: what precedes it; three characters are enough.
 */
export function findSecret(text: string, isWhole: boolean, before: string): number | 'undecided' {
  let longest = 0;
  for (const { start, whole, soFar, isInWords } of RULES) {
    const seen = text.slice(0, start.length);
    if (!start.toLowerCase().startsWith(seen.toLowerCase())) continue;
    if (isInWords && IN_WORD.test(before.slice(-3))) continue;
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
