interface Rule {
  /** By which it can be told from a word. */
  readonly start: string;
  readonly whole: RegExp;
  /** What may still become one: matches when every character so far fits. */
  readonly soFar: RegExp;
}

const TOKEN = /^[\w.%-]*$/;
const token = (start: string, whole: RegExp): Rule => ({ start, whole, soFar: TOKEN });

/** Between the lines of a key, also of one that stands in JSON, in a quote or in a diff. */
const BREAK = String.raw`(?:\s|\\[nr]|["'${'`'}>|])+`;
const LINES = `(?:${BREAK}[A-Za-z0-9+/=]{20,})*`;
const KEY_NAME = '[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?';

/** Keys and tokens as their makers write them: Slack, Anthropic and OpenAI, LangSmith, AWS, GitHub, private keys. */
const RULES: readonly Rule[] = [
  ...[...'abcdeoprs'].map((kind) => token(`xox${kind}`, /^xox[a-z][-.][\w.%-]{8,}/)),
  token('xapp-', /^xapp-[\w-]{10,}/),
  token('sk-', /^sk-(?=[\w-]*\d)[\w-]{16,}/),
  token('lsv2_', /^lsv2_[a-z]+_[\w-]{16,}/),
  token('AKIA', /^AKIA[A-Z0-9]{16,}/),
  token('ASIA', /^ASIA[A-Z0-9]{16,}/),
  ...[...'opurs'].map((kind) => token(`gh${kind}_`, /^gh[a-z]_[A-Za-z0-9]{20,}/)),
  token('github_pat_', /^github_pat_\w{20,}/),
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

/**
 * The length of the secret that `text` begins with, 0 when it begins with none, or `undecided` when more text is needed to
 * tell. `isWhole`: no more text comes.
 */
export function findSecret(text: string, isWhole: boolean): number | 'undecided' {
  let longest = 0;
  for (const { start, whole, soFar } of RULES) {
    const seen = text.slice(0, start.length);
    if (!start.toLowerCase().startsWith(seen.toLowerCase())) continue;
    if (!isWhole && (seen.length < start.length || (text.length < MAX_LENGTH && soFar.test(text))))
      return 'undecided';
    longest = Math.max(longest, whole.exec(text)?.[0].length ?? 0);
  }
  return longest;
}
