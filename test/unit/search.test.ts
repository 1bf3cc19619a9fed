import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/knowledge/chunks/chunk-rows.js';
import { fuse } from '../../src/knowledge/index/fuse.js';
import { postingsOf, termOf } from '../../src/knowledge/index/postings.js';
import { createSearch } from '../../src/knowledge/index/search.js';
import { unitVector, VectorIndex } from '../../src/knowledge/index/vector-index.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import {
  documentsOf,
  handbook,
  markdown,
  openStore,
  wordEmbedder,
  wordVector,
} from '../support/ingest-fixture.js';

const filler = Array.from({ length: 20 }, (_, i) =>
  markdown(`filler-${i}.md`, `# Filler ${i}\n\nNothing of interest here.`),
);
const titles = (result: { passages: readonly { title: string }[] }) =>
  result.passages.map(({ title }) => title);

describe('search', () => {
  it('says that the index is empty, and finds nothing in it', async () => {
    const { store } = await openStore();
    const search = createSearch(store);
    expect(await search({ query: 'anything', limit: 5 })).toEqual({
      passages: [],
      mode: 'keyword',
      relevance: 0,
      indexVersion: 0,
      indexEmpty: true,
    });
    await ingestSource(store, handbook, documentsOf(...filler));
    expect(await search({ query: 'zebra', limit: 5 })).toEqual({
      passages: [],
      mode: 'keyword',
      relevance: 0,
      indexVersion: filler.length,
      indexEmpty: false,
    });
    expect(await search({ query: 'what is it? 🎉', limit: 5 })).toMatchObject({
      passages: [],
      indexEmpty: false,
    });
  });

  it('returns passages as documents have them', async () => {
    const { store } = await openStore();
    const text = 'Call `chat.postMessage` with a [token](https://x.test/tokens).';
    const document = {
      ...markdown('post.md', `# Posting\n\n## Messages\n\n${text}`),
      updatedAt: '2026-01-02T03:04:05.000Z',
    };
    await ingestSource(store, handbook, documentsOf(document, ...filler));
    const { passages } = await createSearch(store)({ query: 'How do I post a message?', limit: 1 });
    expect(passages).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        documentId: 'handbook/post.md',
        ordinal: 0,
        title: 'Posting',
        headings: ['Messages'],
        text,
        url: 'https://docs.test/post#messages',
        source: 'handbook',
        updatedAt: '2026-01-02T03:04:05.000Z',
        score: expect.any(Number),
      },
    ]);
  });

  it('finds by title and headings first, by any way of writing a name, and in other scripts', async () => {
    const { store } = await openStore();
    const search = createSearch(store);
    await ingestSource(
      store,
      handbook,
      documentsOf(
        markdown('a.md', '# Backups\n\nHow we keep copies.'),
        markdown('b.md', '# Databases\n\nBackups run at night, see the other page.'),
        markdown('c.md', '# Limits\n\nSet `max_output_tokens`.'),
        markdown('d.md', '# 東京オフィス\n\n会議室の予約方法'),
        ...filler,
      ),
    );
    expect(titles(await search({ query: 'backup', limit: 5 }))).toEqual(['Backups', 'Databases']);
    expect(titles(await search({ query: 'maxOutputTokens', limit: 5 }))).toEqual(['Limits']);
    expect(titles(await search({ query: '会議室を予約したい', limit: 5 }))).toEqual(['東京オフィス']);
    expect(titles(await search({ query: `backup ${'very long question '.repeat(3000)}`, limit: 1 }))).toEqual(
      ['Backups'],
    );
  });

  it('finds a section of a joined passage by its heading, and takes no comment in code for one', () => {
    const weightIn = (text: string) =>
      postingsOf({ title: 'Guide', headings: [], text }).terms.get(termOf('backup')) ?? 0;
    expect(weightIn('## Backups\n\nAt night.')).toBe(2 * weightIn('Backups\n\nAt night.'));
    const fence = '```';
    for (const code of [`${fence}sh\n# Backups\n${fence}\n`, `~~~\n# Backups`])
      expect(weightIn(code)).toBe(weightIn('Backups'));
    expect(weightIn(`${fence}\nx\n${fence}\n# Backups`)).toBe(weightIn('# Backups'));
  });

  it('keeps to the sources that are asked for', async () => {
    const { store } = await openStore();
    const embedder = wordEmbedder();
    const runbooks = { ...handbook, name: 'runbooks' };
    await ingestSource(store, handbook, documentsOf(markdown('a.md', '# H\n\nRestart')), { embedder });
    await ingestSource(store, runbooks, documentsOf(markdown('a.md', '# R\n\nRestart')), { embedder });
    const search = createSearch(store, { embeddingModel: 'words' });
    const request = { query: 'restart', limit: 5, sources: ['runbooks'] };
    expect(titles(await search(request))).toEqual(['R']);
    expect(titles(await search({ ...request, vector: wordVector('restart') }))).toEqual(['R']);
    expect(titles(await search({ ...request, sources: [] }))).toEqual([]);
  });

  it('sees at once what another connection ingests, replaces and removes, words and vectors', async () => {
    const { store, file } = await openStore();
    const other = await openStore(file);
    const embedder = wordEmbedder();
    const search = createSearch(store, { embeddingModel: 'words' });
    const ask = async (query: string) => titles(await search({ query, vector: wordVector(query), limit: 1 }));
    expect(await search({ query: 'quota', limit: 1 })).toMatchObject({ indexEmpty: true });

    await ingestSource(other.store, handbook, documentsOf(markdown('a.md', '# Old\n\nquota'), ...filler), {
      embedder,
    });
    expect(await ask('quota')).toEqual(['Old']);
    await ingestSource(other.store, handbook, documentsOf(markdown('a.md', '# New\n\nquota'), ...filler), {
      embedder,
    });
    expect(await ask('quota')).toEqual(['New']);
    await ingestSource(other.store, handbook, documentsOf(...filler), { embedder });
    expect((await search({ query: 'quota', limit: 5 })).passages).toEqual([]);
  });

  it('scores as a fresh index does, however often documents came and went', async () => {
    const documents = Array.from({ length: 30 }, (_, i) =>
      markdown(`${i}.md`, `# T${i}\n\n${'alpha '.repeat(i + 1)} beta`),
    );
    const [used, fresh] = [await openStore(), await openStore()];
    const search = createSearch(used.store);
    for (let round = 0; round < 6; round++) {
      await ingestSource(
        used.store,
        handbook,
        documentsOf(...filler, ...documents.map((d) => markdown(d.path, `# X\n\nalpha ${round}`))),
      );
      await search({ query: 'alpha', limit: 1 });
    }
    await ingestSource(used.store, handbook, documentsOf(...documents));
    await ingestSource(fresh.store, handbook, documentsOf(...documents));
    const scores = async (find: typeof search) =>
      (await find({ query: 'alpha beta', limit: 30 })).passages
        .map(({ title, score }) => [title, score.toFixed(9)])
        .sort();
    expect(await scores(search)).toHaveLength(30);
    expect(await scores(search)).toEqual(await scores(createSearch(fresh.store)));
  });
});

describe('hybrid search', () => {
  it('finds by meaning what the words do not say', async () => {
    const { store } = await openStore();
    const embed = async (texts: readonly string[]) =>
      texts.map((text) => (/car|automobile/i.test(text) ? [1, 0] : [0, 1]));
    const embedder = { model: 'two', embed };
    await ingestSource(
      store,
      handbook,
      documentsOf(markdown('a.md', '# Automobiles\n\nFour wheels'), ...filler),
      { embedder },
    );
    const search = createSearch(store, { embeddingModel: 'two' });
    const result = await search({ query: 'car', vector: [0.5, 0], limit: 1 });
    expect(result).toMatchObject({ mode: 'hybrid', passages: [{ title: 'Automobiles' }] });
    expect(await search({ query: 'car', limit: 1 })).toMatchObject({ mode: 'keyword', passages: [] });
  });

  it('answers by keywords and says so when the index holds another model’s vectors', async () => {
    const { store } = await openStore();
    await ingestSource(store, handbook, documentsOf(markdown('a.md', '# A\n\nquota')), {
      embedder: wordEmbedder('old'),
    });
    const told: string[] = [];
    const search = createSearch(store, {
      embeddingModel: 'new',
      onMismatch: ({ message }) => told.push(message),
    });
    const result = await search({ query: 'quota', vector: wordVector('quota'), limit: 1 });
    expect(result).toMatchObject({ mode: 'keyword', passages: [{ title: 'A' }] });
    expect(told).toEqual([expect.stringContaining('--re-embed')]);
    await expect(store.checkEmbeddingModel('new')).rejects.toThrow(
      'embedded with old, but new is configured',
    );
  });

  it('refuses a vector of another length', async () => {
    const { store } = await openStore();
    await ingestSource(store, handbook, documentsOf(markdown('a.md', 'quota')), { embedder: wordEmbedder() });
    const search = createSearch(store, { embeddingModel: 'words' });
    await expect(search({ query: 'quota', vector: [1, 2, 3], limit: 1 })).rejects.toThrow(
      'expected a vector of 64 numbers',
    );
  });

  it.each([1, 7, 8, 512])(
    'compares vectors of %i numbers exactly, also when some are gone',
    async (dimensions) => {
      const index = new VectorIndex();
      const vectors = Array.from({ length: 5000 }, (_, row) =>
        unitVector(Array.from({ length: dimensions }, (_, i) => Math.sin(row * 7919 + i * 104729) + 0.01)),
      );
      for (const [number, vector] of vectors.entries()) index.put(number, 's', bytesOf(vector));
      index.remove([...vectors.keys()].filter((number) => number % 3 === 0));
      const query = unitVector(Array.from({ length: dimensions }, (_, i) => Math.cos(i * 31) + 0.02));
      const cosine = (vector: Float32Array) =>
        vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0);
      const exact = [...vectors.entries()]
        .filter(([number]) => number % 3 !== 0)
        .map(([, vector]) => cosine(vector))
        .sort((a, b) => b - a);
      const found = await index.nearest([...query], 10, { also: [1, 3] });
      for (const [place, { score }] of found.slice(0, 10).entries())
        expect(score).toBeCloseTo(exact[place] ?? 9, 5);
      expect(found.map(({ number }) => number)).toContain(1);
      expect(found.map(({ number }) => number)).not.toContain(3);
    },
  );

  it('a weak second list does not turn a clear first one over', () => {
    const keyword = [
      { number: 1, score: 9 },
      { number: 2, score: 3 },
    ];
    const vector = [
      { number: 3, score: 0.2 },
      { number: 2, score: 0.19 },
      { number: 1, score: 0.15 },
    ];
    expect(fuse(keyword, vector).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(fuse([], vector).map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(fuse(keyword, []).map(({ number }) => number)).toEqual([1, 2]);
  });
});
