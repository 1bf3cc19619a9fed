import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { createSearch } from '../../src/knowledge/index/search.js';
import { openIndex } from '../support/index-contents.js';
import { runIngest, startIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { writeFiles } from '../support/write-files.js';

const DOCUMENTS = 120;
const PASSAGES = 4;

/** Passages that each say of which document and revision they are. */
function handbook(revision: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: DOCUMENTS }, (_, i) => {
      const parts = Array.from(
        { length: PASSAGES },
        (_, part) => `## Part ${part}\n\n${`topic${i} revision${revision} `.repeat(50)}`,
      );
      return [`${i}.md`, `# Topic ${i}\n\n${parts.join('\n\n')}\n`];
    }),
  );
}

test('a reader in another process sees the old or the new version of a document, never half', async () => {
  const [dataDir, root] = [await newDirectory(), await newDirectory()];
  const folder = join(root, 'handbook');
  await writeFiles(folder, handbook(1));
  expect(await runIngest(dataDir, [folder])).toMatchObject({ code: 0 });

  const search = createSearch(new ChunkStore(await openIndex(dataDir)));
  const seen = new Set<string>();
  const read = async (document: number) => {
    const { passages } = await search({ query: `topic${document}`, limit: 10 });
    const revisions = passages.map(({ text }) => /revision(\d)/.exec(text)?.[1]).sort();
    seen.add(revisions.join());
  };
  for (const revision of [2, 3, 4, 5, 6]) {
    await writeFiles(folder, handbook(revision));
    const ingest = startIngest(dataDir, [folder]);
    let running = true;
    void ingest.ended.finally(() => {
      running = false;
    });
    // Three questions at a time, as in a busy workspace.
    for (let document = 0; running; document = (document + 3) % DOCUMENTS) {
      await Promise.all([read(document), read(document + 1), read(document + 2)]);
    }
    expect(await ingest.ended).toMatchObject({ code: 0, stderr: '' });
  }
  await read(0);
  const whole = ['1', '2', '3', '4', '5', '6'].map((revision) => Array(PASSAGES).fill(revision).join());
  expect([...seen].sort()).toEqual(whole);
}, 90_000);
