/**
 * The page where a static site shows a file: "guide/setup.md" is /guide/setup, "guide/index.md" and "guide/README.md" are
 * /guide. A query or fragment of the base stays out of it.
 *
 * @param baseUrl where the folder itself is published
 */
export function publishedUrl(baseUrl: string, path: string): string {
  const page = path.replace(/\.[^./]+$/, '').replace(/(^|\/)(?:index|readme)$/i, '');
  const url = new URL(baseUrl);
  const encoded = page.split('/').filter(Boolean).map(encodeURIComponent);
  url.pathname = [url.pathname.replace(/\/+$/, ''), ...encoded].join('/');
  url.search = '';
  url.hash = '';
  return url.href;
}
