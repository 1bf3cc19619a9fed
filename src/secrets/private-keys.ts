/** A character of a key's lines. */
export const KEY_CHAR = '[A-Za-z0-9+/=]';

/**
 * What stands between the lines of a key: also of one in JSON, in a quotation, in a table, in a program's string or comment,
 * in a list of changes, and of one that was cut into several code blocks. Each character can be read in one way alone, and
 * a run of them ends: the time stays linear.
 */
export const KEY_BREAK = `(?:${[
  String.raw`[\s"'>|,;#*(){}[\]]`,
  String.raw`\\{1,4}(?:[nrt]|(?![\\nrt]))`,
  '`(?:``\\w{1,12}(?=\\n))?',
  String.raw`[+/]{1,2}(?=\s|-----)`,
  '-(?=[^-]|-----END)',
].join('|')}){1,80}`;

const NAME = '[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?';

export const KEY_BEGIN = `-----BEGIN ${NAME}-----`;
export const KEY_END = `-----END ${NAME}-----`;

/** What an encrypted key and one of PGP say of themselves before their lines. */
export const KEY_HEADERS = String.raw`(?:${KEY_BREAK}(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): [^\n\\]{0,120}(?=\n|\\|$)){0,8}`;
