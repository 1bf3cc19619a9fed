import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ExpectedError } from '../../errors.js';
import type { Crawler } from './crawler.js';
import type { DocumentParser } from './document-parser.js';
import { dateOf, type FetchedPage } from './fetch-page.js';
import type { LoadLimits } from './limits.js';

export interface ListedPage {
  readonly url: URL;
  /** ISO 8601. */
  readonly lastModified?: string | undefined;
}

/** A page may be XML too (XHTML); a sitemap is one by its type and its root. */
export function isSitemap({ contentType, bytes, url }: FetchedPage): boolean {
  if (isGzip(bytes)) return true;
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 2000));
  return (
    /<(?:\w+:)?(?:urlset|sitemapindex)[\s>]/.test(start) &&
    (/xml/.test(contentType) || /\.xml$/i.test(url.pathname))
  );
}

/**
 * The pages that a sitemap lists, those of further sitemaps included, each once. Only those on the sitemap's host are
 * fetched.
 *
 * @throws ExpectedError when one of the sitemaps cannot be read: its pages would seem to be gone.
 */
export async function pagesOf(
  sitemap: FetchedPage,
  wanted: (url: URL) => boolean,
  { crawler, parser, limits }: { crawler: Crawler; parser: DocumentParser; limits: LoadLimits },
): Promise<ListedPage[]> {
  const pages = new Map<string, ListedPage>();
  const sitemaps = new Set([sitemap.url.href]);
  // A Set gives what is added while it is gone through.
  for (const location of sitemaps) {
    try {
      const url = new URL(location);
      const fetched =
        url.href === sitemap.url.href
          ? sitemap
          : await crawler.page(url, { onlyHost: sitemap.url.host, isSitemap: true });
      const { isIndex, entries } = await parser.sitemap(await unpacked(fetched, limits.sitemapBytes));
      for (const { location: listed, lastModified } of entries) {
        if (!URL.canParse(listed, url.href)) continue;
        const target = new URL(listed, url);
        target.hash = '';
        if (isIndex) sitemaps.add(target.href);
        else if (wanted(target)) pages.set(target.href, { url: target, lastModified: dateOf(lastModified) });
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExpectedError(`The sitemap ${location} cannot be read: ${reason}.`, { cause: error });
    }
    if (sitemaps.size > limits.sitemaps) {
      throw new ExpectedError(
        `Expected at most ${limits.sitemaps} sitemaps, ${sitemap.url.href} names more.`,
      );
    }
    if (pages.size > limits.documents) {
      throw new ExpectedError(
        `Expected at most ${limits.documents} pages, ${sitemap.url.href} lists more: name those that matter with --include.`,
      );
    }
  }
  return [...pages.values()];
}

async function unpacked({ bytes }: FetchedPage, maxOutputLength: number): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new Error(`expected at most ${maxOutputLength} bytes when unpacked, got more: split the sitemap`, {
      cause,
    });
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
