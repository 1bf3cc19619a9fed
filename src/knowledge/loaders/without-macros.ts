const CODE = /<ac:plain-text-body>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*<\/ac:plain-text-body>/g;
const PARAMETER = /<ac:parameter[^<>]*>[^<>]*<\/ac:parameter>/g;
const EMPTY_ELEMENT = /<((?:ac|ri):[\w-]+)([^<>]*)\/>/g;

/** Confluence's storage format as HTML: code stands in sections that HTML takes for comments, macros have settings. */
export function withoutMacros(storage: string): string {
  return storage
    .replace(CODE, (_, code: string) => `<pre><code>${escaped(code)}</code></pre>`)
    .replace(PARAMETER, '')
    .replace(EMPTY_ELEMENT, '<$1$2></$1>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
