import { describe, expect, test } from 'vitest';
import { createSearch } from '../../src/knowledge/index/search.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import type { Search } from '../../src/rag/search.js';
import { documentsOf, handbook, markdown, openStore, wordEmbedder, wordVector } from './ingest-fixture.js';

const words = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => `word${(i * i * 7 + seed * 13 + i * seed) % 97}`).join(' ');

/** Documents of different lengths about overlapping words, so that a ranking has much to decide. */
export const library = Array.from({ length: 40 }, (_, i) =>
  markdown(`${i}.md`, `# Topic word${i % 23}\n\n${words(20 + i * 5, i)}\n\n## Part\n\n${words(30, i * 3)}`),
);

/** All that a search finds, each with its score; by id, because chunks that came at the same time may tie. */
export async function ranking(search: Search, query: string, vector?: number[]): Promise<string[]> {
  const { passages } = await search({ query, limit: 100, ...(vector && { vector }) });
  return passages.map(({ id, score }) => `${id} ${score.toFixed(12)}`).sort();
}

/** What the chunk store must do on every backend. `newTarget` names an empty database that lasts as long as the test. */
export function chunkStoreContract(dialect: string, newTarget: () => Promise<string>): void {
  const open = async () => openStore(await newTarget());

  describe(`the chunk store on ${dialect}`, () => {
    test('says whether it is empty, and raises its version with every change', async () => {
      const { store } = await open();
      expect(await store.state()).toEqual({ version: 0, empty: true });
      await ingestSource(store, handbook, documentsOf(markdown('a.md', '# A\n\nAlpha')));
      const { version, empty } = await store.state();
      expect({ changed: version > 0, empty }).toEqual({ changed: true, empty: false });
      await ingestSource(store, handbook, documentsOf(markdown('a.md', '# A\n\nAlpha')));
      expect((await store.state()).version).toBe(version);
      await store.remove(handbook.name, 'a.md');
      expect(await store.state()).toEqual({ version: version + 1, empty: true });
    });

    test('replaces and removes documents, each with its chunks', async () => {
      const { store, database } = await open();
      const texts = async () =>
        (await database.query('SELECT body FROM knowledge_chunk ORDER BY document_id, ordinal')).map(
          ({ body }) => body,
        );
      const [a, b] = [markdown('a.md', '# A\n\nOld'), markdown('b.md', '# B\n\nBeta\n\n## C\n\nGamma')];
      await ingestSource(store, handbook, documentsOf(a, b));
      const report = await ingestSource(store, handbook, documentsOf(markdown('a.md', '# A\n\nNaïve 🧵'), b));
      expect(report).toMatchObject({ changed: 1, unchanged: 1, removed: 0, failed: [] });
      expect((await texts())[0]).toBe('Naïve 🧵');
      expect(await ingestSource(store, handbook, documentsOf(b))).toMatchObject({ removed: 1 });
      expect((await texts()).join()).toContain('Gamma');
      expect((await texts()).join()).not.toContain('Naïve');
    });

    test('keeps the vector of a chunk to the last bit, until all are forgotten', async () => {
      const { store } = await open();
      await store.useEmbeddingModel('first');
      await store.useEmbeddingModel('words');
      await ingestSource(store, handbook, documentsOf(markdown('a.md', 'quota')), {
        embedder: wordEmbedder(),
      });
      const [vector] = (await store.embeddingsOf(handbook.name, 'a.md')).values();
      const length = Math.hypot(...wordVector('quota'));
      expect(vector).toEqual(Float32Array.from(wordVector('quota'), (value) => value / length));
      await expect(store.useEmbeddingModel('other')).rejects.toThrow('other');
      expect(await store.counts()).toEqual({ chunks: 1, embedded: 1 });
      await store.forgetEmbeddings();
      await store.useEmbeddingModel('other');
      expect(await store.state()).toMatchObject({ embeddingModel: 'other' });
      expect(await store.withoutEmbedding(handbook.name, 0, 10)).toMatchObject([{ text: 'quota' }]);
    });

    test('lists its sources with what they hold, and forgets one with all of it', async () => {
      const { store } = await open();
      const runbooks = { ...handbook, name: 'runbooks', options: { baseUrl: 'https://run.test' } };
      const options = { now: () => 0 };
      await ingestSource(store, runbooks, documentsOf(markdown('a.md', 'Alpha')), options);
      await ingestSource(
        store,
        handbook,
        documentsOf(markdown('a.md', 'Alpha'), markdown('b.md', 'B')),
        options,
      );
      const refreshedAt = '1970-01-01T00:00:00.000Z';
      expect(await store.sources()).toEqual([
        { ...handbook, documents: 2, chunks: 2, refreshedAt },
        { ...runbooks, documents: 1, chunks: 1, refreshedAt },
      ]);
      await store.removeSource('handbook');
      expect(await store.sources()).toEqual([{ ...runbooks, documents: 1, chunks: 1, refreshedAt }]);
      expect(await store.counts()).toEqual({ chunks: 1, embedded: 0 });
    });

    test('shows a search at once what another connection ingests, replaces and removes', async () => {
      const [{ store, file }, embedder] = [await open(), wordEmbedder()];
      const other = await openStore(file);
      const search = createSearch(store, { embeddingModel: 'words' });
      const first = async (query: string) => {
        const { passages } = await search({ query, vector: wordVector(query), limit: 1 });
        return passages[0]?.title;
      };
      expect(await search({ query: 'quota', limit: 1 })).toMatchObject({ indexEmpty: true });
      for (const title of ['Old', 'New']) {
        const document = markdown('a.md', `# ${title}\n\nquota`);
        await ingestSource(other.store, handbook, documentsOf(document, ...library), { embedder });
        expect(await first('quota')).toBe(title);
      }
      await ingestSource(other.store, handbook, documentsOf(...library), { embedder });
      expect(await first('quota')).not.toBe('New');
    });

    test('holds what one ingest would give after three of the same documents at once', async () => {
      const { file } = await open();
      const stores = await Promise.all([1, 2, 3].map(() => openStore(file)));
      const search = createSearch(stores[0]?.store ?? (await open()).store);
      const reports = await Promise.all(
        stores.map(({ store }) => ingestSource(store, handbook, documentsOf(...library))),
      );
      expect(reports.flatMap(({ failed }) => failed)).toEqual([]);
      const alone = await open();
      await ingestSource(alone.store, handbook, documentsOf(...library));
      const ids = async ({ database }: typeof alone) =>
        (await database.query('SELECT id FROM knowledge_chunk')).map(({ id }) => id).sort();
      expect(await ids(stores[0] ?? alone)).toEqual(await ids(alone));
      const query = 'word1 word5 word8';
      expect(await ranking(search, query)).toEqual(await ranking(createSearch(alone.store), query));
    });
  });
}
