/** A key or token that can be told by its shape. */
export interface SecretToken {
  /** How one begins, letter for letter: one of these. */
  readonly starts: readonly string[];
  /** Pattern of what comes next, before the part that is secret. @default nothing */
  readonly between?: string;
  /** Pattern of one character of what follows. */
  readonly set: string;
  /** At least so many of them: fewer are a word or an example. */
  readonly least: number;
  /** Words end in `starts`: in the middle of one it begins no token. */
  readonly isInWords?: boolean;
}

/** In the middle of a word: not after an escaped line break or a character encoded as in an address. */
export const IN_WORD = String.raw`(?<!\\[nrt]|%[0-9A-Fa-f]{2})(?<=[A-Za-z0-9])`;

/** Soon: how far it is sought is the cost of each start. */
const HAS_DIGIT = String.raw`(?=[\w-]{0,80}\d)`;
const HEX = '[0-9a-f]';
const WORD = '[\\w-]';
const ALNUM = '[A-Za-z0-9]';

/**
 * Tokens as their makers write them. Each begins with what no other text begins with, so a text about tokens stays whole.
 * From the makers' own documentation and the rules of https://github.com/gitleaks/gitleaks and `langsmith/anonymizer`.
 */
export const SECRET_TOKENS: readonly SecretToken[] = [
  // Slack
  { starts: [...'abcdeoprs'].map((kind) => `xox${kind}`), between: '[-.]', set: '[\\w.%-]', least: 8 },
  { starts: ['xapp-'], set: WORD, least: 10 },
  // Anthropic, OpenAI and who writes theirs alike. As in "risk-" and "task-".
  { starts: ['sk-'], between: HAS_DIGIT, set: WORD, least: 16, isInWords: true },
  { starts: ['sk-ant-'], between: HAS_DIGIT, set: WORD, least: 12 },
  // LangSmith
  { starts: ['lsv2_'], between: '[a-z]{1,16}_', set: WORD, least: 16 },
  { starts: ['ls__'], set: ALNUM, least: 16 },
  // AWS
  { starts: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], set: '[A-Z0-9]', least: 16 },
  // GitHub, GitLab
  { starts: [...'opurs'].map((kind) => `gh${kind}_`), set: ALNUM, least: 20 },
  { starts: ['github_pat_'], set: '\\w', least: 20 },
  { starts: ['glpat-', 'gldt-', 'glrt-', 'glptt-'], set: WORD, least: 20 },
  // Google
  { starts: ['AIza'], set: WORD, least: 35 },
  { starts: ['ya29.'], set: '[\\w.-]', least: 20, isInWords: true },
  { starts: ['GOCSPX-'], set: WORD, least: 20 },
  // Stripe
  { starts: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], set: ALNUM, least: 16, isInWords: true },
  { starts: ['whsec_'], set: '[A-Za-z0-9+/]', least: 24 },
  // Package registries
  { starts: ['npm_'], set: ALNUM, least: 36 },
  { starts: ['pypi-AgE'], set: WORD, least: 16 },
  { starts: ['dckr_pat_'], set: WORD, least: 20 },
  // Mail and telephone
  { starts: ['SG.'], between: `${WORD}{16,32}\\.`, set: WORD, least: 32, isInWords: true },
  { starts: ['SK'], set: HEX, least: 32, isInWords: true },
  { starts: ['key-'], set: HEX, least: 32, isInWords: true },
  // Models
  { starts: ['hf_', 'gsk_', 'r8_'], set: ALNUM, least: 30, isInWords: true },
  { starts: ['xai-', 'pplx-'], set: ALNUM, least: 40, isInWords: true },
  // Clouds, databases, vaults
  { starts: ['dapi'], set: HEX, least: 32, isInWords: true },
  { starts: ['dop_v1_', 'doo_v1_', 'dor_v1_'], set: HEX, least: 40 },
  { starts: ['hvs.', 'hvb.', 'hvr.'], set: WORD, least: 20, isInWords: true },
  { starts: ['AGE-SECRET-KEY-1'], set: '[A-Z0-9]', least: 40 },
  // Shops, notes, trackers, dashboards
  { starts: ['shpat_', 'shpss_', 'shpca_', 'shppa_'], set: '[0-9A-Fa-f]', least: 32 },
  { starts: ['lin_api_', 'lin_oauth_'], set: ALNUM, least: 32 },
  { starts: ['ntn_', 'secret_'], set: ALNUM, least: 30, isInWords: true },
  { starts: ['ATATT', 'ATCTT'], set: '[\\w=-]', least: 20 },
  { starts: ['glsa_'], set: '\\w', least: 32 },
  { starts: ['sntrys_', 'sntryu_'], set: '[\\w+/=]', least: 32 },
  // Signed by whoever: header, content, signature.
  {
    starts: ['eyJ'],
    between: `${WORD}{8,400}\\.eyJ${WORD}{2,8000}\\.`,
    set: WORD,
    least: 8,
    isInWords: true,
  },
];
