import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { planIngest } from '../../src/knowledge/ingest/plan-ingest.js';
import { readDocument } from '../../src/knowledge/ingest/read-document.js';
import { loadFolder } from '../../src/knowledge/sources/load-folder.js';
import { handbook, openStore } from '../support/ingest-fixture.js';
import { newDirectory } from '../support/new-directory.js';

describe("a folder's files", () => {
  it('may be in UTF-16, as Windows programs save them', async () => {
    const littleEndian = Buffer.from('\ufeffCafé', 'utf16le');
    const folder = await newDirectory({ 'a.txt': littleEndian, 'b.txt': Buffer.from(littleEndian).swap16() });
    for await (const document of await loadFolder(folder))
      expect(await readDocument(document)).toMatchObject({ text: 'Café' });
  });

  it.skipIf(process.platform !== 'linux')(
    'are told apart from those whose names cannot be read',
    async () => {
      const folder = await newDirectory({ 'a.md': 'Alpha' });
      await writeFile(
        Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.md')]),
        'Beta',
      );
      const loaded = [];
      for await (const document of await loadFolder(folder)) loaded.push(await readDocument(document));
      expect(loaded).toMatchObject([
        { text: 'Alpha' },
        { path: 'caf\ufffd.md', reason: 'expected a name in UTF-8: rename the file' },
      ]);
    },
  );

  it('are left out while they are empty or drafts, and go when they become so', async () => {
    const folder = await newDirectory({ 'a.md': '# A\n\nAlpha', 'b.md': 'Beta', 'c.txt': ' \n' });
    const { store } = await openStore();
    const ingest = async () => ingestSource(store, handbook, await loadFolder(folder));
    expect(await ingest()).toMatchObject({ documents: 2, changed: 2, leftOut: 1, failed: [] });
    await writeFile(join(folder, 'a.md'), '---\ndraft: true\n---\n# A\n\nAlpha');
    await writeFile(join(folder, 'b.md'), '');
    expect(await planIngest(store, handbook, await loadFolder(folder))).toMatchObject({
      removed: ['a.md', 'b.md'],
      leftOut: 3,
    });
    expect(await ingest()).toMatchObject({ documents: 0, removed: 2, leftOut: 3, failed: [] });
    expect(await store.state()).toMatchObject({ empty: true });
  });
});
