import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { DocumentParser } from '../../src/knowledge/loaders/document-parser.js';
import { loadFolder } from '../../src/knowledge/sources/load-folder.js';
import { documentsOf, handbook, markdown, openStore } from '../support/ingest-fixture.js';
import { newDirectory } from '../support/new-directory.js';

const MIB = 1024 * 1024;
const fill = (part: string, bytes = 2 * MIB) => part.repeat(Math.floor(bytes / part.length));
const keys = (count: number) => Array.from({ length: count }, (_, i) => `key${i}: value`).join('\n');

/** The longest time in which nothing else in this process had a turn, in milliseconds, while `work` was done. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  const done = new AbortController();
  const ended = work.finally(() => done.abort());
  let longest = 0;
  let last = performance.now();
  try {
    for await (const _ of setInterval(5, undefined, { signal: done.signal })) {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  } catch {
    // The end of the interval.
  }
  await ended;
  return longest;
}

describe('a text that is made to hang a parser', { timeout: 60_000 }, () => {
  test.each([
    ['comments without an end', 'markdown', fill('<!--')],
    ['comments without an end, in MDX', 'mdx', fill('{/*')],
    ['tags without an end', 'mdx', fill('<A {')],
    ['backticks', 'mdx', fill('`')],
    ['backticks of every length', 'mdx', Array.from({ length: 2000 }, (_, i) => '`'.repeat(i)).join('a')],
    ['front matter of 150,000 names', 'markdown', `---\n${keys(150_000)}\n---\nText`],
    ['front matter of as many names as are read', 'markdown', `---\n${keys(3000)}\n---\nText`],
    ['front matter of brackets', 'markdown', `---\n${fill('[')}\n---\nText`],
    ['as many brackets as are read', 'markdown', `---\n${fill('[', 60_000)}\n---\nText`],
  ] as const)('is cut within seconds: %s', async (_, format, text) => {
    const parser = new DocumentParser({ timeoutMs: 15_000 });
    onTestFinished(() => parser.close());
    await parser.cut({ source: 'handbook', document: { path: 'a', format, text }, sizes: {} });
  });

  test('fails alone when it takes too long, and holds nobody else up meanwhile', async () => {
    const { store } = await openStore();
    const lists = markdown('hang.md', fill('# a\n[b]: c\n', 8 * MIB));
    const documents = documentsOf(markdown('a.md', '# A\n\nAlpha'), lists, markdown('b.md', '# B\n\nBeta'));
    const ingested = ingestSource(store, handbook, documents, { limits: { timeoutMs: 1500 } });
    expect(await longestTurn(ingested)).toBeLessThan(1000);
    expect(await ingested).toMatchObject({
      changed: 2,
      failed: [{ path: 'hang.md', reason: expect.stringContaining('within 1.5 s') }],
    });
  });

  test('is let go of at once when the ingest is interrupted', async () => {
    const folder = await newDirectory({ 'a.html': `<${fill('a', 1_900_000)}`, 'b.md': '# B\n\nBeta' });
    const { store } = await openStore();
    const stop = new AbortController();
    const { signal } = stop;
    const parsing = ingestSource(store, handbook, await loadFolder(folder, { signal }), { signal });
    // Long after the worker has begun, long before it is done.
    setTimeout(() => stop.abort(new Error('interrupted')), 1500);
    const begun = performance.now();
    await expect(parsing).rejects.toThrow('interrupted');
    expect(performance.now() - begun).toBeLessThan(8000);
  });

  test('does not multiply its title', async () => {
    const parser = new DocumentParser();
    onTestFinished(() => parser.close());
    const text = `# ${fill('t', MIB)}\n\n${fill('word ', MIB)}`;
    const document = { path: 'a.md', format: 'markdown', text } as const;
    const chunks = await parser.cut({ source: 'handbook', document, sizes: {} });
    expect(JSON.stringify(chunks.map(({ postings: _, ...chunk }) => chunk)).length).toBeLessThan(4 * MIB);
  });
});
