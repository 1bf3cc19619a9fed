import { SitemapLoader } from '@langchain/community/document_loaders/web/sitemap';
import type { ParsedSitemap } from './parse-job.js';

/**
 * Reads a sitemap or a sitemap index that was fetched already. LangChain's loader parses it; its own requests would go to
 * any address and follow any redirect, so it is given the text as a `data:` address.
 *
 * @throws Error when it is neither.
 */
export async function readSitemap(bytes: Uint8Array): Promise<ParsedSitemap> {
  const root = /<(?:\w+:)?(urlset|sitemapindex)[\s>]/.exec(new TextDecoder().decode(bytes))?.[1];
  if (root === undefined) throw new Error('expected a sitemap: XML with <urlset> or <sitemapindex>');
  const loader = new SitemapLoader('sitemap.xml', { maxRetries: 0 });
  loader.webPath = `data:application/xml;base64,${Buffer.from(bytes).toString('base64')}`;
  const elements = await loader.parseSitemap();
  return {
    isIndex: root === 'sitemapindex',
    entries: elements.map(({ loc, lastmod = '' }) => ({
      location: loc.trim(),
      lastModified: lastmod.trim(),
    })),
  };
}
