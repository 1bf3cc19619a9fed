/** What a site generator makes a page of; other files are published as they are. */
const MADE_TO_PAGES = /\.(?:md|markdown|mdx|rst|adoc|asciidoc)$/i;

/**
 * The page where a static site shows a file: "guide/setup.md" is /guide/setup, "guide/index.md" and "guide/README.md" are
 * /guide, and "guide/policy.pdf" is itself. A query or fragment of the base stays out of it.
 *
 * @param baseUrl where the folder itself is published
 */
export function publishedUrl(baseUrl: string, path: string): string {
  const page = MADE_TO_PAGES.test(path)
    ? path.replace(MADE_TO_PAGES, '').replace(/(^|\/)(?:index|readme)$/i, '')
    : path;
  const url = new URL(baseUrl);
  const encoded = page.split('/').filter(Boolean).map(encodeURIComponent);
  url.pathname = [url.pathname.replace(/\/+$/, ''), ...encoded].join('/');
  url.search = '';
  url.hash = '';
  return url.href;
}
