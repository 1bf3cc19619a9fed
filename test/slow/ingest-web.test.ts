import type { LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readDocument } from '../../src/knowledge/ingest/read-document.js';
import type { LoadLimits } from '../../src/knowledge/loaders/limits.js';
import type { FailedDocument, SourceDocument, SourceOptions } from '../../src/knowledge/source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';
import { createNetwork } from '../../src/network.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { docxOf, paragraph, pdfOf } from '../support/file-fixtures.js';
import { runIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { sitemapOf, startWebSite } from '../support/web-site.js';

interface Crawl extends SourceOptions {
  readonly limits?: Partial<LoadLimits>;
  readonly lookup?: LookupFunction;
  readonly httpProxy?: string;
}

/** Loads a web source as the command does; pauses are counted, not waited for. */
async function crawl(location: string, { limits, lookup, httpProxy, ...options }: Crawl = {}) {
  const network = createNetwork({ httpProxy }, { lookup });
  onTestFinished(() => network.close());
  const pauses: number[] = [];
  const { fetch, publicFetch } = network;
  const sleep = async (ms: number) => pauses.push(ms);
  const source = { name: 'site', kind: 'web', location, options } as const;
  const documents = await loadSource(source, { fetch, publicFetch, services: {}, limits, sleep });
  const loaded: (SourceDocument | FailedDocument)[] = [];
  for await (const document of documents) loaded.push(await readDocument(document));
  return { loaded, pauses };
}

const allowed = { allowPrivate: true };
const page = (title: string) => `<title>${title}</title><main><h1>${title}</h1><p>About ${title}.</p></main>`;

describe('a sitemap', () => {
  test('gives its pages once each, with address, date and text', async () => {
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': sitemapOf([`${origin}/a`, `${origin}/b.pdf`, `${origin}/c`, `${origin}/a#part`]),
      '/a': page('Alpha'),
      '/b.pdf': { headers: { 'content-type': 'application/pdf' }, body: pdfOf([['Beta']]) },
      '/c': {
        headers: {
          'content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        },
        body: docxOf(paragraph('Gamma', 'Heading1')),
      },
    }));
    const { loaded, pauses } = await crawl(`${site.origin}/sitemap.xml`, allowed);
    const updatedAt = '2024-05-06T00:00:00.000Z';
    expect(loaded).toMatchObject([
      { path: `${site.origin}/a`, url: `${site.origin}/a`, text: '# Alpha\n\nAbout Alpha.', updatedAt },
      { path: `${site.origin}/b.pdf`, format: 'text', text: 'Beta', updatedAt },
      { path: `${site.origin}/c`, text: '# Gamma' },
    ]);
    expect(pauses).toEqual([500, 500, 500]);
    expect(site.requests.map(({ path }) => path)).toEqual([
      '/robots.txt',
      '/sitemap.xml',
      '/a',
      '/b.pdf',
      '/c',
    ]);
    expect(site.requests.every(({ headers }) => headers['user-agent'] === 'Threadsmith')).toBe(true);
  });

  test('names pages that are gone as such, and not those that fail otherwise', async () => {
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': sitemapOf(['a', 'b', 'c', 'd'].map((name) => `${origin}/${name}`)),
      '/a': page('Alpha'),
      '/b': { status: 410 },
      '/c': { status: 403 },
    }));
    const { loaded } = await crawl(`${site.origin}/sitemap.xml`, allowed);
    expect(loaded.map((one) => 'reason' in one && [one.gone, one.reason])).toEqual([
      false,
      [true, expect.stringContaining('status 410')],
      [false, expect.stringContaining('status 403')],
      [true, expect.stringContaining('status 404')],
    ]);
  });

  test('is narrowed by patterns, and may be an index of compressed sitemaps', async () => {
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': {
        headers: { 'content-type': 'text/xml' },
        body: `<sitemapindex><sitemap><loc>${origin}/one.xml.gz</loc></sitemap><sitemap><loc>${origin}/sitemap.xml</loc></sitemap></sitemapindex>`,
      },
      '/one.xml.gz': {
        headers: { 'content-type': 'application/gzip' },
        body: gzipSync(
          `<urlset><url><loc>${origin}/docs/a</loc></url><url><loc>${origin}/docs/old/b</loc></url><url><loc>${origin}/blog</loc></url></urlset>`,
        ),
      },
      '/docs/a': { headers: { 'last-modified': 'Mon, 06 May 2024 10:00:00 GMT' }, body: page('A') },
    }));
    const options = { ...allowed, include: ['/docs/**'], exclude: ['/docs/old/**'] };
    const { loaded } = await crawl(`${site.origin}/sitemap.xml`, options);
    expect(loaded).toMatchObject([{ path: `${site.origin}/docs/a`, updatedAt: '2024-05-06T10:00:00.000Z' }]);
    expect(site.requests.map(({ path }) => path)).not.toContain('/blog');
  });

  test('that unpacks to more than it may is refused', async () => {
    const site = await startWebSite(() => ({
      '/sitemap.xml.gz': {
        headers: { 'content-type': 'application/gzip' },
        body: gzipSync(' '.repeat(100_000)),
      },
    }));
    const options = { ...allowed, limits: { sitemapBytes: 50_000 } };
    await expect(crawl(`${site.origin}/sitemap.xml.gz`, options)).rejects.toThrow(
      'cannot be read: expected at most 50000 bytes when unpacked, got more',
    );
  });

  test('of another host stays unread there, and what fails does not stop the others', async () => {
    const other = await startWebSite(() => ({ '/x': page('X') }));
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': sitemapOf([
        `${other.origin}/x`,
        ...['/away', '/loop', '/huge', '/gone', '/picture', '/deep', '/ok'].map((path) => origin + path),
      ]),
      '/away': { status: 302, headers: { location: `${other.origin}/x` } },
      '/loop': { status: 302, headers: { location: '/loop' } },
      '/huge': gzipped('x'.repeat(3_000_000)),
      '/picture': { headers: { 'content-type': 'image/png' }, body: 'png' },
      '/deep': '<div>'.repeat(100_000),
      '/ok': page('OK'),
    }));
    const { loaded } = await crawl(`${site.origin}/sitemap.xml`, {
      ...allowed,
      limits: { pageBytes: 1_000_000 },
    });
    const reasons = loaded.map((one) => ('reason' in one ? one.reason : one.text));
    expect(reasons).toEqual([
      `expected a page on ${site.host}, got ${other.origin}/x: exclude it, or index that site`,
      `expected a page on ${site.host}, got ${other.origin}/x: exclude it, or index that site`,
      `expected at most 5 redirects from ${site.origin}/loop, got more`,
      'expected at most 1000000 bytes, got more',
      `expected a page at ${site.origin}/gone, got status 404`,
      expect.stringContaining('got image/png'),
      'expected HTML of at most 512 levels, got more',
      '# OK\n\nAbout OK.',
    ]);
    expect(other.requests).toEqual([]);
  });

  test('that cannot be read, names too many pages or none, fails as a whole', async () => {
    const site = await startWebSite((origin) => ({
      '/many.xml': sitemapOf([`${origin}/1`, `${origin}/2`, `${origin}/3`]),
      '/broken.xml': {
        headers: { 'content-type': 'text/xml' },
        body: `<sitemapindex><sitemap><loc>${origin}/missing.xml</loc></sitemap></sitemapindex>`,
      },
    }));
    const many = crawl(`${site.origin}/many.xml`, { ...allowed, limits: { documents: 2 } });
    await expect(many).rejects.toThrow(/at most 2 pages.*--include/);
    const none = crawl(`${site.origin}/many.xml`, { ...allowed, include: ['/x'] });
    await expect(none).rejects.toThrow('found none that are wanted');
    await expect(crawl(`${site.origin}/broken.xml`, allowed)).rejects.toThrow(/missing\.xml.*status 404/);
    await expect(crawl(`${site.origin}/missing.xml`, allowed)).rejects.toThrow('status 404');
  });
});

describe('robots.txt', () => {
  test('is obeyed: what it disallows, and the pause it asks for', async () => {
    const site = await startWebSite((origin) => ({
      '/robots.txt': 'User-agent: threadsmith\nDisallow: /private\nCrawl-delay: 7',
      '/sitemap.xml': sitemapOf([`${origin}/private/a`, `${origin}/b`, `${origin}/moved`]),
      '/b': page('B'),
      '/moved': { status: 301, headers: { location: '/private/a' } },
      '/private/a': page('A'),
    }));
    const { loaded, pauses } = await crawl(`${site.origin}/sitemap.xml`, allowed);
    const reason = `robots.txt of ${site.host} disallows it`;
    expect(loaded).toMatchObject([{ reason }, { text: '# B\n\nAbout B.' }, { reason }]);
    expect(pauses).toEqual([7000, 7000]);
    expect(site.requests.map(({ path }) => path)).not.toContain('/private/a');
  });

  test('that cannot be read counts as a refusal', async () => {
    const site = await startWebSite(() => ({ '/robots.txt': { status: 500 }, '/a': page('A') }));
    await expect(crawl(`${site.origin}/a`, allowed)).rejects.toThrow(/robots\.txt, got status 500/);
    expect(site.requests.every(({ path }) => path === '/robots.txt')).toBe(true);
  });
});

describe('private addresses', () => {
  const resolvesTo =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );

  test.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:7f00:1]',
    '2130706433',
    '0x7f.1',
    '10.1.2.3',
    '169.254.169.254',
  ])('%s is never connected to', async (host) => {
    const site = await startWebSite(() => ({ '/a': page('A') }));
    const port = new URL(site.origin).port;
    await expect(crawl(`http://${host}:${port}/a`)).rejects.toThrow(
      /expected a public address.*--allow-private/,
    );
    expect(site.requests).toEqual([]);
  });

  test('are not reached by a name, nor by one that also has a public one', async () => {
    const site = await startWebSite(() => ({ '/a': page('A') }));
    const url = `http://docs.test:${new URL(site.origin).port}/a`;
    const lookup = resolvesTo('127.0.0.1');
    await expect(crawl(url, { lookup })).rejects.toThrow('docs.test, which is 127.0.0.1');
    const both = resolvesTo('93.184.215.14', '127.0.0.1');
    await expect(crawl(url, { lookup: both })).rejects.toThrow('docs.test, which is 127.0.0.1');
    expect(site.requests).toEqual([]);
  });

  test('are not reached by a redirect', async () => {
    const inside = await startWebSite(() => ({ '/secret': page('Secret') }));
    const site = await startWebSite(() => ({
      '/a': { status: 302, headers: { location: `${inside.origin}/secret` } },
    }));
    // The site itself plays a public one: the first two connections (robots.txt and the page) may be made.
    const network = createNetwork({});
    onTestFinished(() => network.close());
    const publicFetch: typeof fetch = (input, init) =>
      String(input).startsWith(site.origin) ? network.fetch(input, init) : network.publicFetch(input, init);
    const source = { name: 'site', kind: 'web', location: `${site.origin}/a`, options: {} } as const;
    const loading = loadSource(source, { fetch: network.fetch, publicFetch, services: {} });
    await expect(loading).rejects.toThrow(/expected a public address.*127\.0\.0\.1/);
    expect(inside.requests).toEqual([]);
  });

  test('are not reached through a proxy either, which is used where it is set', async () => {
    const proxy = await startConnectProxy();
    onTestFinished(() => proxy.close());
    const site = await startWebSite(() => ({ '/a': page('A') }));
    const { port } = new URL(site.origin);
    const through = { httpProxy: proxy.url };
    await expect(crawl(`${site.origin}/a`, through)).rejects.toThrow('expected a public address');
    const lookup = resolvesTo('10.0.0.8');
    await expect(crawl(`http://docs.test:${port}/a`, { ...through, lookup })).rejects.toThrow(
      'which is 10.0.0.8',
    );
    expect([...proxy.tunnels]).toEqual([]);
    const { loaded } = await crawl(`${site.origin}/a`, { ...through, ...allowed });
    expect(loaded).toMatchObject([{ text: '# A\n\nAbout A.' }]);
    expect([...proxy.tunnels]).toEqual([site.host]);
  });
});

describe('a page', () => {
  test('is followed where it moved, asked for again when the site is busy, and given up on in the end', async () => {
    let tries = 0;
    const site = await startWebSite(() => ({
      '/old': { status: 308, headers: { location: '/new' } },
      '/new': (response) => {
        tries += 1;
        if (tries === 1) response.writeHead(503, { 'retry-after': '3' }).end();
        else response.writeHead(200, { 'content-type': 'text/plain' }).end('Plain words');
      },
      '/silent': () => {},
    }));
    const { loaded, pauses } = await crawl(`${site.origin}/old`, allowed);
    expect(loaded).toMatchObject([
      { path: `${site.origin}/old`, url: `${site.origin}/new`, format: 'text', text: 'Plain words' },
    ]);
    expect(pauses).toEqual([500, 3000]);
    const silent = crawl(`${site.origin}/silent`, { ...allowed, limits: { requestMs: 300 } });
    await expect(silent).rejects.toThrow('expected an answer within 0.3 s');
  });
});

describe('npm run ingest', () => {
  test('indexes a site, keeps what it was allowed, and refuses loopback without that', async () => {
    const dataDir = await newDirectory();
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': sitemapOf([`${origin}/a`, `${origin}/b`]),
      '/a': page('A'),
      '/b': page('B'),
    }));
    const ingest = (...args: string[]) => runIngest(dataDir, args);
    const refused = await ingest(`${site.origin}/sitemap.xml`);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('expected a public address') });
    const first = await ingest(
      `${site.origin}/sitemap.xml`,
      '--allow-private',
      '--delay',
      '0',
      '--name',
      'site',
    );
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/site: 2 documents: 2 added or changed/),
    });
    const again = await ingest();
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('2 unchanged') });
  }, 60_000);
});

function gzipped(text: string) {
  return { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) };
}
