/** Where a `?` is no placeholder, and then the placeholder itself. */
const TOKENS = new RegExp(
  [
    String.raw`\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'`, // E'it\'s'
    "'(?:[^']|'')*'",
    '"(?:[^"]|"")*"',
    String.raw`\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$`, // $$…$$, $body$…$body$
    String.raw`--[^\n]*`,
    String.raw`/\*[\s\S]*?\*/`,
    String.raw`\?`,
  ].join('|'),
  'g',
);

/** `?` for each argument becomes `$1`, `$2`, … as Postgres wants them; not in strings, quoted names or comments. */
export function numberPlaceholders(sql: string): string {
  let count = 0;
  return sql.replace(TOKENS, (token) => {
    if (token !== '?') return token;
    count += 1;
    return `$${count}`;
  });
}
