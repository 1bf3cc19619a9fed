import { DEFAULT_SECRET_RULES } from 'langsmith/anonymizer';

type Rule = readonly [pattern: RegExp, replacement: string];

const SECRET = '[SECRET_DETECTED]';
const EMAIL = '[email]';

/** Keys of up to 8,192 bits. A key whose end was cut off is one too. */
const KEY_END = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----';
const PRIVATE_KEY = new RegExp(
  String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,12000}?${KEY_END}|[\w+/=\s\\"'>|-]{0,12000})`,
  'g',
);

/** Tokens that LangSmith's own rules do not know, or know by fewer of their forms. */
const MORE_RULES: readonly Rule[] = [
  [PRIVATE_KEY, SECRET],
  [/xox[a-z][-.][\w.%-]{8,}/g, SECRET],
  [/xapp-[\w-]{10,}/g, SECRET],
  [/\bsk-(?=[\w-]{0,64}\d)[\w-]{16,}/g, SECRET],
  [/lsv2_[a-z]+_[\w-]{16,}/g, SECRET],
  [/github_pat_\w{20,}/g, SECRET],
  [/gh[pousr]_[A-Za-z0-9]{20,}/g, SECRET],
  [/\b(?:ntn|secret)_[A-Za-z0-9]{30,}/g, SECRET],
  [/\bATATT[\w=-]{20,}/g, SECRET],
];

const RULES: readonly Rule[] = [
  ...MORE_RULES,
  ...DEFAULT_SECRET_RULES.map(
    ({ pattern, replace = SECRET }): Rule => [
      typeof pattern === 'string' ? new RegExp(pattern, 'g') : linear(pattern),
      replace,
    ],
  ),
];

/**
 * The same rule in linear time. Three of LangSmith's begin with a run of characters that each of these characters may begin
 * anew: a message of 40,000 characters ("a.a.a…") held the event loop for nine seconds. What they begin with stays in the
 * text anyway, so it need not be matched; a token that is cut to pieces need not be looked for in its middle.
 */
function linear({ source, flags }: RegExp): RegExp {
  const text = source
    .replace(String.raw`\b([A-Za-z0-9_.-]*`, '(')
    .replace(String.raw`\b([a-z][a-z0-9+.-]*:`, '(:')
    .replace(/^eyJ/, '(?<![A-Za-z0-9-])eyJ');
  return new RegExp(text, flags);
}

/** Keys, tokens and passwords out of a text, by LangSmith's rules and some more. Idempotent: the SDK's habit is to mask twice. */
export function maskSecrets(text: string): string {
  let masked = text;
  // What is taken out may have hidden the beginning of what stands beside it, so it is looked at again.
  for (let round = 0, before = ''; masked !== before && round < MOST_ROUNDS; round += 1) {
    before = masked;
    for (const [pattern, replacement] of RULES) masked = masked.replace(pattern, replacement);
  }
  return masked;
}

/** Secrets that stand against each other without a gap: more of them in a row are nobody's text. */
const MOST_ROUNDS = 20;

/** Bounded: every character of a long word begins a match of its own. */
const ADDRESS =
  /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]{0,250}[\p{L}\p{N}])?\.\p{L}{2,63}(?![\p{L}\p{N}])/gu;

/** Secrets and e-mail addresses. */
export function maskPersonal(text: string): string {
  const masked = maskSecrets(text);
  return masked.includes('@') ? masked.replace(ADDRESS, EMAIL) : masked;
}
