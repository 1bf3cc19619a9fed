import { describe, expect, test } from 'vitest';
import type { IngestOptions } from '../../src/knowledge/ingest/ingest.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { planIngest } from '../../src/knowledge/ingest/plan-ingest.js';
import type { Source, SourceOptions } from '../../src/knowledge/source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';
import { createNetwork } from '../../src/network.js';
import { documentsOf, handbook, markdown, openStore } from '../support/ingest-fixture.js';
import { type Answer, sitemapOf, startWebSite } from '../support/web-site.js';

const NAMES = ['a', 'b', 'c', 'd'];
const page = (title: string) => `<title>${title}</title><main><h1>${title}</h1><p>About ${title}.</p></main>`;
const to = (location: string): Answer => ({ status: 302, headers: { location } });

/** A site whose pages are indexed, and may then change. */
async function indexedSite(listed = NAMES) {
  let changed: Record<string, Answer> = {};
  const site = await startWebSite((origin) => ({
    '/sitemap.xml': sitemapOf(listed.map((name) => `${origin}/${name}`)),
    ...Object.fromEntries(listed.map((name) => [`/${name}`, page(`Page ${name}`)])),
    ...changed,
  }));
  const { store, database } = await openStore();
  const { fetch, publicFetch, close } = createNetwork();
  const location = `${site.origin}/sitemap.xml`;
  const source = (options: SourceOptions): Source => ({
    ...{ name: 'site', kind: 'web', location },
    options: { allowPrivate: true, delayMs: 0, ...options },
  });
  const access = { fetch, publicFetch, services: {}, sleep: async () => {} };
  const load = (options: SourceOptions) => loadSource(source(options), access);
  const ingest = async (options: SourceOptions = {}, more: IngestOptions = {}) =>
    ingestSource(store, source(options), await load(options), more);
  expect(await ingest()).toMatchObject({ changed: listed.length, failed: [] });
  return {
    origin: site.origin,
    ingest,
    plan: async () => planIngest(store, source({}), await load({})),
    change: (answers: Record<string, Answer>) => {
      changed = answers;
    },
    /** Path and text of what is indexed, in order. */
    async texts() {
      const rows = await database.query('SELECT document_id, body FROM knowledge_chunk ORDER BY document_id');
      return rows.map(({ document_id, body }) => [
        String(document_id).replace(`site/${site.origin}`, ''),
        body,
      ]);
    },
    end: close,
  };
}

describe('a site that starts to ask for a login', { timeout: 120_000 }, () => {
  test.each([
    ['at one address', () => '/loginpage'],
    ['with where to come back to', (name: string) => `/loginpage?next=${name}`],
  ])('%s keeps what is indexed of it', async (_, login) => {
    const site = await indexedSite();
    const before = await site.texts();
    site.change({
      ...Object.fromEntries(NAMES.map((name) => [`/${name}`, to(login(name))])),
      ...Object.fromEntries(NAMES.map((name) => [login(name), page('Please log in')])),
    });
    const report = await site.ingest();
    expect(report).toMatchObject({ changed: 0, removed: 0 });
    expect(report.failed.map(({ reason }) => reason)).toEqual(
      NAMES.map((name) =>
        expect.stringContaining(`got a redirect to ${site.origin}${login(name)}, as from 3 others`),
      ),
    );
    expect(await site.texts()).toEqual(before);
    await site.end();
  });

  test('at a page that is listed takes a word from a person', async () => {
    const site = await indexedSite(['start', ...NAMES]);
    site.change(Object.fromEntries(NAMES.map((name) => [`/${name}`, to('/start')])));
    const refused = {
      path: `${site.origin}/sitemap.xml`,
      reason: expect.stringMatching(/found 4 of 5 gone and removed none.*--source "site" --remove-gone/),
    };
    expect(await site.plan()).toMatchObject({ removed: [], failed: [refused] });
    expect(await site.ingest()).toMatchObject({ removed: 0, failed: [refused] });
    expect(await site.texts()).toHaveLength(5);
    expect(await site.ingest({}, { removeGone: true })).toMatchObject({ removed: 4, failed: [] });
    expect(await site.texts()).toEqual([['/start', expect.stringContaining('Page start')]]);
    await site.end();
  });
});

describe('a page that moved', { timeout: 60_000 }, () => {
  test('is read where it is now, and is not read twice where that is listed', async () => {
    const site = await indexedSite();
    site.change({
      '/a': to('/new/a'),
      '/new/a': page('Moved a'),
      '/b': to('/c'),
      '/d': to('/d/'),
      '/d/': page('Page d'),
    });
    expect(await site.ingest()).toMatchObject({ removed: 1, failed: [] });
    expect(await site.texts()).toEqual([
      ['/a', expect.stringContaining('Moved a')],
      ['/c', expect.stringContaining('Page c')],
      ['/d', expect.stringContaining('Page d')],
    ]);
    await site.end();
  });
});

describe('most of a source', { timeout: 60_000 }, () => {
  test('goes without a word when other pages are wanted now, or when it is a folder', async () => {
    const site = await indexedSite();
    expect(await site.ingest({ include: ['/a'] })).toMatchObject({ removed: 3, failed: [] });
    await site.end();

    const { store } = await openStore();
    const files = NAMES.map((name) => markdown(`${name}.md`, `# ${name}\n\nText`));
    await ingestSource(store, handbook, documentsOf(...files));
    const left = documentsOf(...files.slice(0, 1));
    expect(await ingestSource(store, handbook, left)).toMatchObject({ removed: 3, failed: [] });
  });
});
