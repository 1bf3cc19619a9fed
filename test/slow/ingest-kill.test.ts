import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { createSearch } from '../../src/knowledge/index/search.js';
import { type EmbeddingsDouble, startEmbeddingsDouble } from '../support/embeddings-double.js';
import { expireLeases } from '../support/expire-leases.js';
import { countDocuments, indexContents, openIndex } from '../support/index-contents.js';
import { type IngestProcess, runIngest, startIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { sitemapOf, startWebSite } from '../support/web-site.js';
import { writeFiles } from '../support/write-files.js';

const DOCUMENTS = 200;
const PASSAGES = 3 * DOCUMENTS;

/** Each of three passages that say which revision they are of. */
function handbook(revision: number, from = 0): Record<string, string> {
  const documents = Array.from({ length: DOCUMENTS }, (_, i) => from + i);
  return Object.fromEntries(
    documents.map((i) => {
      const parts = [1, 2, 3].map(
        (part) => `## Part ${part} of document ${i}\n\n${`topic${i} revision${revision} `.repeat(45)}`,
      );
      return [`${i % 7}/${i}.md`, `# Restart ${i}\n\n${parts.join('\n\n')}\n`];
    }),
  );
}

/** Everything in it, and what is found. */
async function stateOf(database: Database): Promise<unknown> {
  const search = createSearch(new ChunkStore(database));
  const answers = await Promise.all(
    ['topic17', 'restart revision2', 'part 2 of document 150'].map((query) => search({ query, limit: 300 })),
  );
  // By score: which of those that tie are among the best hundred depends on the order in which they came.
  const found = answers.map(({ passages }) => passages.map(({ score }) => score.toFixed(9)));
  expect(found.every((passages) => passages.length > 0)).toBe(true);
  return { found, contents: await indexContents(database) };
}

const until = (condition: () => Promise<boolean> | boolean) =>
  vi.waitUntil(condition, { interval: 1, timeout: 30_000 });

/** Real processes, killed like by a machine that runs out of memory. */
describe('an ingest that is killed', { timeout: 90_000 }, () => {
  let root: string;
  let folder: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
    folder = join(root, 'handbook');
    await writeFiles(folder, handbook(2));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  /** What a run that nobody disturbs makes of the folder. */
  async function freshState(env: Record<string, string> = {}): Promise<unknown> {
    const dataDir = await newDirectory();
    expect(await runIngest(dataDir, [folder], { env })).toMatchObject({ code: 0, stderr: '' });
    return stateOf(await openIndex(dataDir));
  }
  let fresh: Promise<unknown> | undefined;

  async function killWhen(condition: () => Promise<boolean> | boolean, { child, ended }: IngestProcess) {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`it ended too soon: ${JSON.stringify(await ended)}`);
      return condition();
    });
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ code: 'SIGKILL' });
  }

  test.each([0, 1, 60, 150])('after %i documents is completed by the next run', async (documents) => {
    const dataDir = await newDirectory();
    const database = await openIndex(dataDir);
    const begun = async () => (await database.query('SELECT 1 FROM knowledge_source')).length > 0;
    await killWhen(
      async () => (documents === 0 ? begun() : (await countDocuments(database)) >= documents),
      startIngest(dataDir, [folder]),
    );
    const done = await countDocuments(database);
    expect(done).toBeLessThan(DOCUMENTS);

    await expireLeases(database);
    const { stdout } = await runIngest(dataDir, [folder]);
    expect(stdout).toContain(`200 documents: ${DOCUMENTS - done} added or changed, ${done} unchanged`);
    fresh ??= freshState();
    expect(await stateOf(database)).toEqual(await fresh);
  });

  test.each(['replaces', 'removes'])('while it %s documents is completed by the next run', async (phase) => {
    const [dataDir, before] = [await newDirectory(), await newDirectory()];
    // The first hundred of these are in the folder too, in another revision; the others are not.
    await writeFiles(join(before, 'handbook'), handbook(1, DOCUMENTS / 2));
    expect(await runIngest(dataDir, [join(before, 'handbook')])).toMatchObject({ code: 0 });
    const database = await openIndex(dataDir);
    const count = async (sql: string) => Number((await database.query(sql))[0]?.count);
    const replaced = () =>
      count("SELECT count(*) AS count FROM knowledge_chunk WHERE body LIKE '%revision2%'");
    const old = () => count("SELECT count(*) AS count FROM knowledge_chunk WHERE body LIKE '%revision1%'");

    // The name moves the source to the other folder: what is only in the old one is gone there.
    const args = [folder, '--name', 'handbook'];
    const condition = async () =>
      phase === 'replaces' ? (await replaced()) > 0 : (await old()) < PASSAGES / 2;
    await killWhen(condition, startIngest(dataDir, args));
    expect(await old()).toBeGreaterThan(0);

    await expireLeases(database);
    expect(await runIngest(dataDir, args)).toMatchObject({ code: 0, stderr: '' });
    fresh ??= freshState();
    expect(await stateOf(database)).toEqual(await fresh);
  });

  test('in a crawl is completed by the next run', async () => {
    const pages = Object.entries(handbook(2)).map(
      ([path, body]) => [`/${path}`, { headers: { 'content-type': 'text/markdown' }, body }] as const,
    );
    const site = await startWebSite((origin) => ({
      '/sitemap.xml': sitemapOf(pages.map(([path]) => origin + path)),
      ...Object.fromEntries(pages),
    }));
    const args = [`${site.origin}/sitemap.xml`, '--allow-private', '--delay', '0'];
    const [dataDir, undisturbed] = [await newDirectory(), await newDirectory()];
    const database = await openIndex(dataDir);
    await killWhen(async () => (await countDocuments(database)) > 0, startIngest(dataDir, args));
    const done = await countDocuments(database);
    expect(done).toBeLessThan(DOCUMENTS);

    await expireLeases(database);
    const { stdout } = await runIngest(dataDir, args);
    expect(stdout).toContain(`200 documents: ${DOCUMENTS - done} added or changed, ${done} unchanged`);
    expect(await runIngest(undisturbed, args)).toMatchObject({ code: 0 });
    expect(await stateOf(database)).toEqual(await stateOf(await openIndex(undisturbed)));
  });

  describe('with embeddings', () => {
    let openai: EmbeddingsDouble;
    const env = () => ({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openai.baseUrl });
    let freshWithVectors: Promise<unknown> | undefined;
    beforeAll(async () => {
      openai = await startEmbeddingsDouble();
    });
    afterAll(() => openai.close());

    test.each([1, 200, 500])('after %i passages were sent is completed by the next run', async (sent) => {
      const dataDir = await newDirectory();
      const database = await openIndex(dataDir);
      const before = openai.texts.length;
      await killWhen(
        () => openai.texts.length - before >= sent,
        startIngest(dataDir, [folder], { env: env() }),
      );
      const done = await countDocuments(database);
      expect(done).toBeLessThan(DOCUMENTS);

      await expireLeases(database);
      const between = openai.texts.length;
      expect(await runIngest(dataDir, [folder], { env: env() })).toMatchObject({ code: 0, stderr: '' });
      // What was stored with its vectors is not paid for again.
      expect(openai.texts.length - between).toBe(PASSAGES - 3 * done);
      freshWithVectors ??= freshState(env());
      expect(await stateOf(database)).toEqual(await freshWithVectors);
    });

    test('while it embeds all anew is completed by the next run', async () => {
      const dataDir = await newDirectory();
      const database = await openIndex(dataDir);
      expect(await runIngest(dataDir, [folder], { env: env() })).toMatchObject({ code: 0 });
      const before = openai.texts.length;
      await killWhen(
        () => openai.texts.length - before >= 200,
        startIngest(dataDir, ['--re-embed'], { env: env() }),
      );
      const { embedded } = await new ChunkStore(database).counts();
      expect(embedded).toBeLessThan(PASSAGES);

      await expireLeases(database);
      const between = openai.texts.length;
      expect(await runIngest(dataDir, [], { env: env() })).toMatchObject({ code: 0, stderr: '' });
      expect(openai.texts.length - between).toBe(PASSAGES - embedded);
      freshWithVectors ??= freshState(env());
      expect(await stateOf(database)).toEqual(await freshWithVectors);
    });

    test('holds its lease for a while: the next run waits until it is sure, then takes over', async () => {
      openai.silent = true;
      const dataDir = await newDirectory();
      const database = await openIndex(dataDir);
      const before = openai.texts.length;
      const hanging = startIngest(dataDir, [folder], { env: env() });
      await until(() => openai.texts.length > before);

      const [refused, notRemoved] = await Promise.all([
        runIngest(dataDir, [folder]),
        runIngest(dataDir, ['--remove', 'handbook']),
      ]);
      expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('is it still at it?') });
      expect(refused.stderr).toMatch(
        new RegExp(`^handbook: .*being worked on by process ${hanging.child.pid} on .*: run this again`),
      );
      expect(refused.stderr.trim().split('\n')).toHaveLength(1);
      expect(notRemoved).toMatchObject({ code: 1 });

      await killWhen(() => true, hanging);
      openai.silent = false;
      const next = startIngest(dataDir, [folder], { env: env() });
      await next.printed(/is it still at it\?/);
      expect(await countDocuments(database)).toBe(0);
      await expireLeases(database);
      expect(await next.ended).toMatchObject({ code: 0, stderr: '' });
      freshWithVectors ??= freshState(env());
      expect(await stateOf(database)).toEqual(await freshWithVectors);
    });
  });
});
