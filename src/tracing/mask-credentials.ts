/** A pattern and what it leaves: the groups are what stands around the secret. */
type Rule = readonly [pattern: RegExp, left: (mask: string) => string];

/** Names of what people choose: any word can be one. In the middle of another name too: `MY_DB_PASSWORD`. */
const PASSWORDS = [
  'passw(?:or[dt]|d)',
  'pass(?:phrase|code)',
  'kennwort',
  'pwd(?![^\\w\\n]{0,8}[~.]{0,2}/)',
].join('|');
/** Names of what machines make up: without a digit it is a word of the text. `botToken`, `API-Key`. */
const KEYS = [
  'api[_-]?key(?:[_-]?salt)?',
  'licen[cs]e[_-]?key',
  '(?:access|account|encryption|private|secret|signing)[_-]?key',
  'secret',
  'token',
].join('|');
const NAMES = `${PASSWORDS}|${KEYS}`;

/** Ends of a name after which no secret stands but something about it. */
const ABOUT =
  'count|date|endpoint|expir\\w*|file|format|header|hint|id|len|length|limit|max|min|name|path|policy|prefix|ref|reset|size|ttl|type|ur[il]|usage|version';
const REST = `(?![A-Za-z0-9])(?:[_.-](?!(?:${ABOUT})(?![a-z0-9]))[A-Za-z0-9]{1,32}){0,4}`;

const QUOTE = '\\\\{0,3}["\'`]';
const IS = `(?:${QUOTE})?\\]?\\s{0,8}(?::=|=>|[:=])\\s{0,8}`;
const END = '(?![\\w/+@#!%^*~-])';
const PATH = '[a-z_$][\\w$]{0,100}(?:[?!]?\\.#?[a-z_$][\\w$]{0,100}){0,8}[?!]?';

/** What stands in the place of a secret where none is told: a variable, an example, a type, a link. */
const STAND_IN = [
  '[[{(<>=|…]',
  '\\$[{(]|[^\\s"\'`]{0,60}\\$\\{',
  '-----BEGIN|https?://|/[\\\\^([]',
  `\\$[a-z_]+${END}`,
  '%[a-z_]+%',
  '\\*{3}|x{3,}|\\.{3}',
  // your-api-key, ANTHROPIC_API_KEY
  `(?:your|my|the|some|an?|example)(?:[_-][a-z]+){1,8}${END}`,
  `[a-z]+(?:_[a-z]+){1,8}${END}`,
  `[a-z_]{0,40}(?:key|passw(?:or)?d|secret|string|token)s?${END}`,
  `(?:boolean|change-?me|example|false|number|object|optional|placeholder|redacted|required|undefined|unknown)${END}`,
].join('|');
/** The same outside of quotes, where it may be code: a call, a member, a type with its own. */
const EXPRESSION = `${PATH}[(<[]|[a-z_$]+(?:[?!]?\\.#?[a-z_$]+){1,8}[?!]?${END}|(?:process|env|os|this)\\.`;

const VALUE = '(?:[^\\s"\'`&;\\\\]|\\\\(?!["\'`nrt]))';
const IS_MADE_UP = `(?=${VALUE}{0,60}\\d|${VALUE}{20})`;
const SCHEME = '(?:(?:basic|bearer|token)\\s{1,4})?';
/** Up to the secret: `before` stands between its name and itself. */
const named = (before: string) =>
  `(?:(?:${PASSWORDS})${REST}${before}|(?:${KEYS})${REST}${before}${IS_MADE_UP})`;
const SENTENCE = '[a-z]+ [a-z]+ [a-z]+';

const rule = (pattern: string, left: Rule[1]): Rule => [new RegExp(pattern, 'gi'), left];

/** Secrets without a shape of their own, by what stands beside them. */
const RULES: readonly Rule[] = [
  // In quotes it may hold blanks; but a sentence is a label.
  rule(
    `(${named(`${IS}(?:${QUOTE})`)})(?<=(${QUOTE}))(?!${STAND_IN}|${SENTENCE})(?:(?!\\2)[^\\n]){6,200}(?=\\2)`,
    (mask) => `$1${mask}`,
  ),
  rule(
    `(${named(`${IS}(?:${QUOTE})?${SCHEME}`)})(?!${STAND_IN}|${EXPRESSION}|(?<=["'\`])${SENTENCE})${VALUE}{6,}`,
    (mask) => `$1${mask}`,
  ),
  // Markup, and options of a command.
  rule(`(<(?:${NAMES})>)(?!${STAND_IN})[^<>\\s]{6,200}(?=</)`, (mask) => `$1${mask}`),
  rule(
    `(--(?:[a-z]{1,20}-){0,3}(?:${NAMES})\\s{1,4})(?=\\S{0,60}\\d)(?!-|${STAND_IN})${VALUE}{6,}`,
    (mask) => `$1${mask}`,
  ),
  // Authorization: Basic …, Bearer …
  rule(
    `(\\bauthorization${IS}(?:${QUOTE})?(?:(?:basic|bearer|token|digest)\\s{1,4})?)(?!${STAND_IN}|${EXPRESSION})[\\w.~+/-]{8,}=*`,
    (mask) => `$1${mask}`,
  ),
  rule('(\\bbearer\\s{1,4})(?=[a-z._~+/-]{0,200}\\d)[\\w.~+/-]{10,}=*', (mask) => `$1${mask}`),
  // curl -u name:password
  rule(
    `(\\bcurl\\b(?:[^\\n\\\\;|]|\\\\[^]){0,300}?\\s(?:-[a-z]{0,4}u|--(?:proxy-)?user)[ =]{0,4}["']?[^\\s:"'$]{1,64}:)(?!${STAND_IN})[^\\s"']{3,}`,
    (mask) => `$1${mask}`,
  ),
  // postgres://name:password@host; it may hold an @ itself, and then a number is no port.
  rule(
    `(:\\/\\/[^:@/\\s]{0,128}:)(?!\\d{1,5}[/?#]|${STAND_IN}|pass(?:word)?@)[^\\s/"'<>]{1,256}(?=@[^\\s@])`,
    (mask) => `$1${mask}`,
  ),
  // What an address that was signed for a time ends with.
  rule('((?:[?&;]|-)sig(?:nature)?=)(?=[\\w%+/=-]{0,60}[0-9])[\\w%+/=-]{20,}', (mask) => `$1${mask}`),
  rule('(hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/)[\\w/]{10,}', (mask) => `$1${mask}`),
];

/** Passwords and keys of any form out of a text, by the name or the place that they stand beside, which both stay. */
export function maskCredentials(text: string, mask: string): string {
  return RULES.reduce((masked, [pattern, left]) => masked.replace(pattern, left(mask)), text);
}
