import { createHash } from 'node:crypto';
import { ExpectedError } from '../../errors.js';
import type { Documents, FailedDocument, SourceDocument, SourceOptions } from '../source.js';
import { Crawler } from './crawler.js';
import { DocumentParser } from './document-parser.js';
import { type FetchedPage, HttpError } from './fetch-page.js';
import { DEFAULT_LIMITS } from './limits.js';
import { isSitemap, type ListedPage, pagesOf } from './load-sitemap.js';
import { MovedPages } from './moved-pages.js';
import type { DocumentJob, ParsedDocument } from './parse-job.js';
import type { SourceAccess } from './source-access.js';
import { urlFilter } from './url-patterns.js';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const PARSED: Readonly<Record<string, DocumentJob['type']>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/pdf': 'pdf',
  [DOCX]: 'docx',
};

/**
 * A web page, or the pages that a sitemap lists. Only public addresses are reached, whatever the pages name or redirect to,
 * unless the source allows private ones.
 *
 * @throws ExpectedError when the page or the sitemap itself cannot be read: that must not empty the index.
 */
export async function loadWeb(
  location: string,
  options: SourceOptions,
  access: SourceAccess,
): Promise<Documents> {
  const limits = { ...DEFAULT_LIMITS, ...access.limits };
  const crawler = new Crawler({
    fetch: options.allowPrivate ? access.fetch : access.publicFetch,
    limits,
    delayMs: options.delayMs,
    signal: access.signal,
    sleep: access.sleep,
  });
  const newParser = () =>
    new DocumentParser({ timeoutMs: limits.parseMs, memoryMb: limits.parseMb, signal: access.signal });
  const first = await crawler.page(new URL(location)).catch((cause: unknown) => {
    access.signal?.throwIfAborted();
    throw new ExpectedError(`${location} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  if (!isSitemap(first)) {
    return withParser(newParser, 1, async function* (parser) {
      yield await documentOf(first, { url: new URL(location) }, parser);
    });
  }
  const parser = newParser();
  const wanted = urlFilter(options);
  const pages = await pagesOf(first, wanted, { crawler, parser, limits }).finally(() => parser.close());
  if (pages.length === 0) {
    throw new ExpectedError(`Expected pages in the sitemap ${location}, found none that are wanted.`);
  }
  const documents = withParser(newParser, pages.length, async function* (parser) {
    const moved = new MovedPages(pages);
    for (const page of pages) {
      try {
        const fetched = await crawler.page(page.url, { onlyHost: first.url.host });
        const kind = moved.kindOf(page.url, fetched.url);
        if (kind === 'alias') continue;
        const document = await documentOf(fetched, page, parser);
        if (kind === 'own' || 'reason' in document) yield document;
        else moved.wait(page.url, fetched.url, document);
      } catch (error) {
        access.signal?.throwIfAborted();
        yield { path: page.url.href, reason: messageOf(error), gone: isGone(error) };
      }
    }
    yield* moved.rest();
  });
  return { ...documents, unusedPatterns: wanted.unused };
}

function withParser(
  newParser: () => DocumentParser,
  count: number,
  load: (parser: DocumentParser) => AsyncIterable<SourceDocument | FailedDocument>,
): Documents {
  return {
    count,
    async *[Symbol.asyncIterator]() {
      const parser = newParser();
      try {
        yield* load(parser);
      } finally {
        await parser.close();
      }
    },
  };
}

async function documentOf(
  page: FetchedPage,
  { url, lastModified = page.lastModified }: ListedPage,
  parser: DocumentParser,
): Promise<SourceDocument | FailedDocument> {
  try {
    const { text, format, title } = await parsed(page, parser);
    return {
      path: url.href,
      format,
      text,
      url: page.url.href,
      // Of the text: what else is in a page (tokens, dates of the build) changes with every request.
      contentHash: createHash('sha256')
        .update(JSON.stringify([title, text]))
        .digest('hex'),
      ...(title && { title }),
      ...(lastModified && { updatedAt: lastModified }),
    };
  } catch (error) {
    return { path: url.href, reason: messageOf(error) };
  }
}

async function parsed(
  { bytes, contentType, charset, url }: FetchedPage,
  parser: DocumentParser,
): Promise<ParsedDocument> {
  const type = PARSED[contentType || 'text/html'];
  if (type === 'html') return parser.document({ type, bytes, charset, url: url.href });
  if (type) return parser.document({ type, bytes });
  if (!/^text\/(?:plain|(?:x-)?markdown)$/.test(contentType)) {
    throw new Error(`expected a page, a text, a PDF or a Word document, got ${contentType}: exclude it`);
  }
  const isMarkdown = contentType !== 'text/plain' || /\.(?:md|markdown)$/i.test(url.pathname);
  return {
    format: isMarkdown ? 'markdown' : 'text',
    text: new TextDecoder(charset || 'utf-8').decode(bytes),
  };
}

/** The sitemap still lists it; the site says that there is no such page. */
function isGone(error: unknown): boolean {
  return error instanceof HttpError && (error.status === 404 || error.status === 410);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
