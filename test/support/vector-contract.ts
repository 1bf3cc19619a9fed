import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ChunkStore } from '../../src/knowledge/chunk-store.js';
import type { Embedder } from '../../src/knowledge/embedder.js';
import { createSearch } from '../../src/knowledge/index/search.js';
import { unitVector } from '../../src/knowledge/index/vector-index.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { documentsOf, handbook, markdown, openStore } from './ingest-fixture.js';

/** No document has these words: what is found is found by its vector alone. */
const UNKNOWN_WORDS = 'xyzzy plugh';

/** A direction of its own for each text; none away from another's, because a fused ranking does not tell such apart. */
export function directionOf(text: string, dimensions: number): number[] {
  let state = createHash('sha256').update(text).digest().readInt32LE(0);
  return Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 32 + 0.5;
  });
}

export function directionEmbedder(dimensions: number): Embedder {
  return {
    model: `directions (${dimensions} dimensions)`,
    embed: async (texts) => texts.map((text) => directionOf(textOf(text), dimensions)),
  };
}

/** Of what is embedded, title and headings before it, the body. */
const textOf = (embedded: string) => embedded.split('\n').at(-1) ?? '';

const pages = (count: number, edition = 1) =>
  Array.from({ length: count }, (_, i) =>
    markdown(`${i}.md`, `# Page ${i}\n\nBody ${i}, edition ${i % 3 === 0 ? edition : 1}`),
  );

/** Bodies of the stored chunks, those first whose directions are nearest to the question's. */
async function scanned(store: ChunkStore, vector: readonly number[], sources?: string[]): Promise<string[]> {
  const passages = [...(await store.passages([...(await store.numbers({ embedded: true }))])).values()];
  const query = unitVector(vector);
  const cosine = (text: string) =>
    unitVector(directionOf(text, vector.length)).reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0);
  return passages
    .filter(({ source }) => !sources || sources.includes(source))
    .map(({ text }) => ({ text, score: cosine(text) }))
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);
}

/** What a chunk store must do with vectors, whoever searches them: `newTarget` names an empty database. */
export function vectorContract(dialect: string, newTarget: () => Promise<string>): void {
  describe(`vectors on ${dialect}`, () => {
    async function open(dimensions: number, exactUpTo?: number) {
      const opened = await openStore(await newTarget(), { exactUpTo });
      const embedder = directionEmbedder(dimensions);
      const search = createSearch(opened.store, { embeddingModel: embedder.model });
      const found = async (vector: readonly number[], limit: number, sources?: string[]) => {
        const request = { query: UNKNOWN_WORDS, vector, limit, ...(sources && { sources }) };
        const { passages, mode } = await search(request);
        expect(mode).toBe('hybrid');
        return passages.map(({ text }) => text);
      };
      return { ...opened, embedder, search, found };
    }

    test.each([3, 64, 1536, 2500])(
      'of %i numbers are found as a scan of all of them finds them, while documents come, change and go',
      async (dimensions) => {
        const { store, embedder, found } = await open(dimensions);
        for (const documents of [pages(60), pages(60, 2), pages(40, 2), pages(50, 3)]) {
          await ingestSource(store, handbook, documentsOf(...documents), { embedder });
          const query = directionOf('question', dimensions);
          expect(await found(query, 20)).toEqual((await scanned(store, query)).slice(0, 20));
        }
      },
    );

    test('are found in the sources that are asked for, and nowhere else', async () => {
      const { store, embedder, found } = await open(64, 20);
      const runbooks = { ...handbook, name: 'runbooks' };
      const other = Array.from({ length: 15 }, (_, i) => markdown(`${i}.md`, `# Run ${i}\n\nStep ${i}`));
      await ingestSource(store, handbook, documentsOf(...pages(60)), { embedder });
      await ingestSource(store, runbooks, documentsOf(...other), { embedder });
      await store.pgvector?.keepIndexed();
      const query = directionOf('Body 7, edition 1', 64);
      for (const sources of [['runbooks'], ['handbook'], ['handbook', 'runbooks']])
        expect(await found(query, 10, sources)).toEqual((await scanned(store, query, sources)).slice(0, 10));
      expect(await found(query, 10, [])).toEqual([]);
      expect(await found(query, 10, ['nothing'])).toEqual([]);
    });

    test('above the limit of an exact scan are found all the same, while documents change and go', async () => {
      const { store, embedder, found } = await open(64, 50);
      for (const documents of [pages(300), pages(300, 2), pages(120, 2), pages(20, 2)]) {
        await ingestSource(store, handbook, documentsOf(...documents), { embedder });
        await store.pgvector?.keepIndexed();
        const query = directionOf('question', 64);
        expect(await found(query, 20)).toEqual((await scanned(store, query)).slice(0, 20));
      }
    });

    test('of another length take the place of those that are forgotten', async () => {
      const { store, embedder, found } = await open(64, 20);
      const documents = documentsOf(...pages(30));
      await ingestSource(store, handbook, documents, { embedder });
      await store.pgvector?.keepIndexed();
      const longer = directionEmbedder(96);
      await expect(ingestSource(store, handbook, documents, { embedder: longer })).rejects.toThrow(
        'embedded with directions (64 dimensions), but directions (96 dimensions) is configured',
      );
      await expect(found(directionOf('question', 96), 5)).rejects.toThrow('expected a vector of 64 numbers');
      await store.forgetEmbeddings();
      await ingestSource(store, handbook, documents, { embedder: longer });
      await store.pgvector?.keepIndexed();
      const search = createSearch(store, { embeddingModel: longer.model });
      const query = directionOf('question', 96);
      const { passages } = await search({ query: UNKNOWN_WORDS, vector: query, limit: 10 });
      expect(passages.map(({ text }) => text)).toEqual((await scanned(store, query)).slice(0, 10));
      const short = { query: UNKNOWN_WORDS, vector: directionOf('question', 64), limit: 10 };
      await expect(search(short)).rejects.toThrow('expected a vector of 96 numbers');
    });

    test('that are missing are added without another search than by words failing', async () => {
      const { store, embedder, found, search } = await open(64);
      await ingestSource(store, handbook, documentsOf(...pages(10)));
      expect(await search({ query: 'body', vector: directionOf('x', 64), limit: 3 })).toMatchObject({
        mode: 'keyword',
      });
      await ingestSource(store, handbook, documentsOf(...pages(10)), { embedder });
      expect(await found(directionOf('Body 4, edition 1', 64), 1)).toEqual(['Body 4, edition 1']);
    });
  });
}
