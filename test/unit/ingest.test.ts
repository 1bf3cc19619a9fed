import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { planIngest } from '../../src/knowledge/ingest/plan-ingest.js';
import { readDocument } from '../../src/knowledge/ingest/read-document.js';
import type { Documents, FailedDocument, SourceDocument } from '../../src/knowledge/source.js';
import { chooseSource } from '../../src/knowledge/sources/choose-source.js';
import { loadFolder } from '../../src/knowledge/sources/load-folder.js';
import { pdfOf } from '../support/file-fixtures.js';
import { documentsOf, handbook, markdown, openStore, wordEmbedder } from '../support/ingest-fixture.js';
import { newDirectory } from '../support/new-directory.js';

const rows = (database: Database) =>
  database.query(
    'SELECT document_id, ordinal, body, url, embedding IS NOT NULL AS embedded FROM knowledge_chunk ORDER BY 1, 2',
  );
const long = (word: string, length = 1200) => `${word} `.repeat(Math.ceil(length / (word.length + 1)));

describe('ingestSource', () => {
  const first = documentsOf(
    markdown('a.md', '# A\n\nAlpha'),
    markdown('b.md', '# B\n\nBeta'),
    markdown('c.md', '# C\n\nGamma'),
  );

  it('adds, leaves, replaces and removes', async () => {
    const { store, database } = await openStore();
    expect(await ingestSource(store, handbook, first)).toEqual({
      ...{ source: 'handbook', documents: 3, unchanged: 0, leftOut: 0, changed: 3, removed: 0 },
      ...{ chunksAdded: 3, chunksEmbedded: 0, failed: [] },
    });
    const { version } = await store.state();
    expect(await ingestSource(store, handbook, first)).toMatchObject({
      documents: 3,
      unchanged: 3,
      changed: 0,
    });
    expect((await store.state()).version).toBe(version);

    const second = documentsOf(markdown('a.md', '# A\n\nAlpha'), markdown('b.md', '# B\n\nBeta, revised'));
    expect(await ingestSource(store, handbook, second)).toMatchObject({
      unchanged: 1,
      changed: 1,
      removed: 1,
    });
    expect(await rows(database)).toEqual([
      { document_id: 'handbook/a.md', ordinal: 0, body: 'Alpha', url: 'https://docs.test/a', embedded: 0 },
      {
        document_id: 'handbook/b.md',
        ordinal: 0,
        body: 'Beta, revised',
        url: 'https://docs.test/b',
        embedded: 0,
      },
    ]);
  });

  it('notices that only the published address changed', async () => {
    const { store, database } = await openStore();
    const document = markdown('a.md', '# A\n\nAlpha');
    await ingestSource(store, handbook, documentsOf(document));
    await ingestSource(store, handbook, documentsOf({ ...document, url: 'https://new.test/a' }));
    expect(await rows(database)).toMatchObject([{ url: 'https://new.test/a' }]);
  });

  it('goes on past a document that cannot be read, and keeps what was indexed of it', async () => {
    const { store, database } = await openStore();
    await ingestSource(store, handbook, first);
    const failing = documentsOf({ path: 'a.md', reason: 'too large' }, markdown('b.md', '# B\n\nNew'));
    const report = await ingestSource(store, handbook, failing);
    expect(report).toMatchObject({ changed: 1, removed: 1, failed: [{ path: 'a.md', reason: 'too large' }] });
    expect((await rows(database)).map((row) => row.body)).toEqual(['Alpha', 'New']);
  });

  it('removes what is gone though it is still listed, but not when all of it seems to be', async () => {
    const { store, database } = await openStore();
    await ingestSource(store, handbook, first);
    const missing = (path: string) => ({ path, reason: 'status 404', gone: true });
    const all = documentsOf(missing('a.md'), missing('b.md'), missing('c.md'));
    expect(await ingestSource(store, handbook, all)).toMatchObject({ removed: 0, failed: [{}, {}, {}] });
    expect(await planIngest(store, handbook, all)).toMatchObject({ removed: [] });
    const one = documentsOf(missing('a.md'), markdown('b.md', '# B\n\nBeta'), {
      path: 'c.md',
      reason: 'down',
    });
    expect(await planIngest(store, handbook, one)).toMatchObject({ removed: ['a.md'] });
    expect(await ingestSource(store, handbook, one)).toMatchObject({ removed: 1, failed: [{}, {}] });
    expect((await rows(database)).map((row) => row.body)).toEqual(['Beta', 'Gamma']);
  });

  it('leaves other sources alone and lists them', async () => {
    const { store } = await openStore();
    const runbooks = { ...handbook, name: 'runbooks', options: { baseUrl: 'https://run.test' } };
    await ingestSource(store, handbook, first, { now: () => 0 });
    await ingestSource(store, runbooks, documentsOf(markdown('a.md', 'Alpha')), { now: () => 0 });
    const refreshedAt = '1970-01-01T00:00:00.000Z';
    expect(await store.sources()).toEqual([
      { ...handbook, documents: 3, chunks: 3, refreshedAt },
      { ...runbooks, documents: 1, chunks: 1, refreshedAt },
    ]);
    await store.removeSource('handbook');
    expect(await store.sources()).toEqual([{ ...runbooks, documents: 1, chunks: 1, refreshedAt }]);
  });

  it('broken off in the middle, is completed by the next run to the same index as a fresh one', async () => {
    const [broken, fresh] = [await openStore(), await openStore()];
    const embedder = wordEmbedder();
    const breaking: Documents = {
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < 40; i++)
          yield markdown(`${i}.md`, `# D\n\n${long(`word${i}`)}\n\n## E\n\n${long('more')}`);
        throw new Error('cable pulled');
      },
    };
    const whole = documentsOf(
      ...Array.from({ length: 60 }, (_, i) =>
        markdown(`${i}.md`, `# D\n\n${long(`word${i}`)}\n\n## E\n\n${long('more')}`),
      ),
    );
    await ingestSource(broken.store, handbook, documentsOf(markdown('old.md', 'Old')), { embedder });
    await expect(ingestSource(broken.store, handbook, breaking, { embedder })).rejects.toThrow(
      'cable pulled',
    );
    const report = await ingestSource(broken.store, handbook, whole, { embedder });
    expect(report.unchanged).toBeGreaterThan(0);
    await ingestSource(fresh.store, handbook, whole, { embedder: wordEmbedder() });
    expect(await rows(broken.database)).toEqual(await rows(fresh.database));
  });

  it('stops when it is told to, and removes nothing then', async () => {
    const { store } = await openStore();
    await ingestSource(store, handbook, documentsOf(markdown('old.md', 'Old')), { now: () => 0 });
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('stopped'));
    const many = documentsOf(...Array.from({ length: 1000 }, (_, i) => markdown(`${i}.md`, `Text ${i}`)));
    const stopped = ingestSource(store, handbook, many, { onProgress, signal: stop.signal });
    await expect(stopped).rejects.toThrow('stopped');
    const paths = await store.fingerprints('handbook');
    expect(paths.has('old.md')).toBe(true);
    expect(paths.size).toBeLessThan(1000);
    expect(await store.sources()).toMatchObject([{ refreshedAt: '1970-01-01T00:00:00.000Z' }]);
  });

  it('survives a NUL in a text', async () => {
    const { store, database } = await openStore();
    expect(await ingestSource(store, handbook, documentsOf(markdown('a.md', 'Al\0pha')))).toMatchObject({
      failed: [],
    });
    expect(await rows(database)).toMatchObject([{ body: 'Alpha' }]);
  });
});

describe('embedding', () => {
  const two = (a: string, b: string) => markdown('a.md', `# Guide\n\n## One\n\n${a}\n\n## Two\n\n${b}`);

  it('embeds title, headings and text; a changed document only its changed chunks', async () => {
    const { store } = await openStore();
    const embedder = wordEmbedder();
    const [one, other, changed] = [long('one').trim(), long('two').trim(), long('changed').trim()];
    await ingestSource(store, handbook, documentsOf(two(one, other)), { embedder });
    const report = await ingestSource(store, handbook, documentsOf(two(one, changed)), { embedder });
    expect(report.chunksEmbedded).toBe(1);
    expect(embedder.asked).toEqual([
      [`Guide > One\n${one}`, `Guide > Two\n${other}`],
      [`Guide > Two\n${changed}`],
    ]);
  });

  it('asks in batches of 64, three at a time at most', async () => {
    const { store, database } = await openStore();
    const embedder = wordEmbedder();
    let [running, most] = [0, 0];
    let open = () => {};
    const threeAtWork = new Promise<void>((resolve) => {
      open = resolve;
    });
    const embed: typeof embedder.embed = async (texts) => {
      most = Math.max(most, ++running);
      if (running === 3) open();
      await threeAtWork;
      for (let turn = 0; turn < 200; turn++) await setImmediate();
      running -= 1;
      return embedder.embed(texts);
    };
    const documents = Array.from({ length: 500 }, (_, i) => markdown(`${i}.md`, `Text ${i}`));
    await ingestSource(store, handbook, documentsOf(...documents), { embedder: { model: 'words', embed } });
    expect(most).toBe(3);
    expect(embedder.asked.map(({ length }) => length).sort((a, b) => b - a)).toEqual([
      64, 64, 64, 64, 64, 64, 64, 52,
    ]);
    expect((await rows(database)).every((row) => row.embedded === 1)).toBe(true);
  });

  it('goes on by keywords when the service fails, and the next run embeds what is missing', async () => {
    const { store, database } = await openStore();
    const documents = documentsOf(markdown('a.md', 'Alpha'), markdown('b.md', 'Beta'));
    const broken = { model: 'words', embed: () => Promise.reject(new Error('503')) };
    const failed = await ingestSource(store, handbook, documents, { embedder: broken });
    expect(failed).toMatchObject({ changed: 2, chunksEmbedded: 0, embeddingFailure: '503' });
    expect(await rows(database)).toMatchObject([{ embedded: 0 }, { embedded: 0 }]);

    const completed = await ingestSource(store, handbook, documents, { embedder: wordEmbedder() });
    expect(completed).toMatchObject({ unchanged: 2, changed: 0, chunksEmbedded: 2 });
    expect(await rows(database)).toMatchObject([{ embedded: 1 }, { embedded: 1 }]);
  });

  it('refuses another model by name, with the command that embeds everything anew', async () => {
    const { store } = await openStore();
    const documents = documentsOf(markdown('a.md', 'Alpha'));
    await ingestSource(store, handbook, documents, { embedder: wordEmbedder('old') });
    const anew = () => ingestSource(store, handbook, documents, { embedder: wordEmbedder('new') });
    await expect(anew()).rejects.toThrow(
      /embedded with old, but new is configured.*npm run ingest -- --re-embed/,
    );
    await store.forgetEmbeddings();
    expect(await anew()).toMatchObject({ unchanged: 1, chunksEmbedded: 1 });
    expect(await store.state()).toMatchObject({ embeddingModel: 'new' });
  });
});

describe('loadFolder', () => {
  async function load(folder: string, options = {}) {
    const loaded: (SourceDocument | FailedDocument)[] = [];
    for await (const document of await loadFolder(folder, options)) loaded.push(await readDocument(document));
    return loaded;
  }

  it('reads documents, and links them to their pages', async () => {
    const folder = await newDirectory({
      'index.md': 'I',
      'guide/README.md': 'G',
      'guide/set up.mdx': 'S',
      'notes.txt': 'N',
      'picture.png': 'P',
      'node_modules/x/README.md': 'X',
      '.hidden/secret.md': 'H',
      'guide/.draft.md': 'D',
    });
    const loaded = await load(folder, { baseUrl: 'https://docs.test/v1/?utm=1' });
    expect(loaded).toMatchObject([
      { path: 'guide/README.md', format: 'markdown', text: 'G', url: 'https://docs.test/v1/guide' },
      { path: 'guide/set up.mdx', format: 'mdx', url: 'https://docs.test/v1/guide/set%20up' },
      { path: 'index.md', url: 'https://docs.test/v1' },
      { path: 'notes.txt', format: 'text', url: 'https://docs.test/v1/notes.txt' },
    ]);
    expect(loaded[0]).toMatchObject({ contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await load(join(folder, 'notes.txt')))[0]).not.toHaveProperty('url');
  });

  it('never leaves the folder by a link', async () => {
    const outside = await newDirectory({ 'secret.md': 'Secret' });
    const folder = await newDirectory({ 'a.md': 'A' });
    await symlink(join(outside, 'secret.md'), join(folder, 'b.md'));
    await symlink(outside, join(folder, 'c'));
    await symlink(folder, join(folder, 'loop'));
    expect(await load(folder)).toMatchObject([{ path: 'a.md' }]);
  });

  it('parses a file again only when its bytes are new', async () => {
    const folder = await newDirectory({
      'plan.pdf': pdfOf([['The plan']]),
      'page.html': '<h1>Page</h1><p>Text',
    });
    const { store } = await openStore();
    const ingest = async (limits = {}) => ingestSource(store, handbook, await loadFolder(folder, { limits }));
    expect(await ingest()).toMatchObject({ changed: 2, failed: [] });
    // Nothing can be parsed in no time: what is parsed now fails.
    const inNoTime = { parseMs: 0 };
    expect(await ingest(inNoTime)).toMatchObject({ unchanged: 2, failed: [] });
    await writeFile(join(folder, 'page.html'), '<h1>New page</h1><p>Text');
    expect(await ingest(inNoTime)).toMatchObject({ unchanged: 1, failed: [{ path: 'page.html' }] });
  });

  it('says which documents cannot be read, and why', async () => {
    const folder = await newDirectory({
      'big.md': 'x'.repeat(101),
      'latin1.txt': Uint8Array.of(0x63, 0xe9, 0x0a),
      'ok.md': 'x',
    });
    expect(await load(folder, { limits: { textBytes: 100 } })).toMatchObject([
      { path: 'big.md', reason: 'expected at most 100 bytes, got 101: split the document' },
      { path: 'latin1.txt', reason: expect.stringContaining('UTF-8') },
      { path: 'ok.md', text: 'x' },
    ]);
  });

  it('refuses a folder that is missing or has no documents: it must not empty the index', async () => {
    await expect(load('/nowhere/at/all')).rejects.toThrow(
      'Expected a folder or a file at /nowhere/at/all, found none',
    );
    await expect(load(await newDirectory({ 'a.png': '' }))).rejects.toThrow('Expected documents (.md, ');
  });

  it('names a source after its folder, and never takes another one’s name', async () => {
    const folder = await newDirectory({ 'docs/a.md': 'A', 'other/docs/a.md': 'A' });
    const docs = await chooseSource(join(folder, 'docs'), { baseUrl: 'https://docs.test' }, []);
    expect(docs).toMatchObject({ name: 'docs', kind: 'folder', options: { baseUrl: 'https://docs.test' } });
    expect(await chooseSource(join(folder, 'docs', '.'), {}, [docs])).toEqual(docs);
    await expect(chooseSource(join(folder, 'other/docs'), {}, [docs])).rejects.toThrow(
      /"docs" is taken by .*--name/,
    );
    expect(await chooseSource(join(folder, 'other/docs'), { name: 'docs' }, [docs])).toMatchObject({
      name: 'docs',
    });
    const asking = await chooseSource(folder, { name: 'asking', askInstead: '#people-ops' }, []);
    expect((await chooseSource(folder, { name: 'asking' }, [asking])).options.askInstead).toBe('#people-ops');
    for (const askInstead of ['<@U0ADA>', '@here', 'x'.repeat(81), 'a\nb'])
      await expect(chooseSource(folder, { askInstead }, [])).rejects.toThrow('--ask must be');
    await expect(chooseSource(folder, { baseUrl: 'javascript:1' }, [])).rejects.toThrow('--base-url must be');
  });
});
