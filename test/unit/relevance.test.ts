import { describe, expect, it } from 'vitest';
import { createSearch } from '../../src/knowledge/index/search.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { documentsOf, handbook, markdown, openStore } from '../support/ingest-fixture.js';

const filler = Array.from({ length: 200 }, (_, i) =>
  markdown(`filler-${i}.md`, `# Filler ${i}\n\nNothing of interest here.`),
);

describe('relevance', () => {
  const manual = documentsOf(
    markdown('a.md', '# Refunds\n\nA refund takes ten working days. Ask billing about cards.'),
    markdown('b.md', '# Exports\n\nAn export holds rows of a project.'),
    ...filler,
  );

  it('is the share of what is asked that one passage holds', async () => {
    const { store } = await openStore();
    await ingestSource(store, handbook, manual);
    const search = createSearch(store);
    const relevanceOf = async (query: string, sources?: string[]) =>
      (await search({ query, limit: 5, sources })).relevance ?? Number.NaN;
    expect(await relevanceOf('refund zebra cards')).toBeCloseTo(2 / 3, 1);
    expect(await relevanceOf('what are refunds')).toBe(1);
    // Each word is somewhere, no passage has two of them.
    expect(await relevanceOf('do refunds export zebras?')).toBeCloseTo(1 / 3, 1);
    expect(await relevanceOf('who won the zebra race?')).toBe(0);
    expect(await relevanceOf('what is it? 🎉')).toBe(0);
    expect(await relevanceOf('refund', ['another source'])).toBe(0);
  });

  it('does not count names of cases, and asks no more of a passage for a pasted log', async () => {
    const { store } = await openStore();
    await ingestSource(store, handbook, manual);
    const search = createSearch(store);
    const relevanceOf = async (query: string) => (await search({ query, limit: 5 })).relevance ?? 0;
    expect(await relevanceOf('refund 48213 0x7ffe 481:733')).toBe(1);
    const log = Array.from(
      { length: 500 },
      (_, i) => `${'abcdefghij'[i % 10]}${'xyzuvw'[i % 6]}logword`,
    ).join(' ');
    expect(await relevanceOf(`ask refund takes ten working days billing cards: ${log}`)).toBeGreaterThan(0.3);
  });

  it('is that of an index in which documents came and went', async () => {
    const [used, fresh] = [await openStore(), await openStore()];
    const search = createSearch(used.store);
    for (const text of ['refund one', 'refund two', 'refund three']) {
      await ingestSource(used.store, handbook, documentsOf(markdown('x.md', text), ...filler));
      await search({ query: 'refund', limit: 1 });
    }
    for (const { store } of [used, fresh]) await ingestSource(store, handbook, manual);
    const query = 'refund of the unknown project cards';
    const [one, other] = [
      await search({ query, limit: 9 }),
      await createSearch(fresh.store)({ query, limit: 9 }),
    ];
    expect(one.relevance).toBeCloseTo(other.relevance ?? Number.NaN, 9);
    expect(one.relevance).toBeGreaterThan(0);
  });

  it('with vectors is also the nearest one’s cosine', async () => {
    const { store } = await openStore();
    const embed = async (texts: readonly string[]) =>
      texts.map((text) => (/car/i.test(text) ? [1, 0] : [0, 1]));
    await ingestSource(store, handbook, documentsOf(markdown('a.md', '# Cars\n\nFour wheels'), ...filler), {
      embedder: { model: 'two', embed },
    });
    const search = createSearch(store, { embeddingModel: 'two' });
    expect((await search({ query: 'Fahrzeug', vector: [0.6, -0.8], limit: 1 })).relevance).toBeCloseTo(
      0.6,
      5,
    );
  });

  it('comes with whom the source names to ask instead', async () => {
    const { store } = await openStore();
    await ingestSource(store, { ...handbook, options: { askInstead: '#billing' } }, manual);
    const search = createSearch(store);
    expect((await search({ query: 'refund', limit: 1 })).passages[0]?.askInstead).toBe('#billing');
    await store.register({ ...handbook, options: { askInstead: '' } });
    expect((await search({ query: 'refund', limit: 1 })).passages[0]).not.toHaveProperty('askInstead');
  });
});
