import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../../src/database/sqlite.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { ingestSource } from '../../src/knowledge/ingest.js';
import { loadSource } from '../../src/knowledge/load-source.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../src/knowledge/migrations.js';
import type { Source } from '../../src/knowledge/source.js';

const FIXTURES: Source = {
  name: 'fixtures',
  kind: 'folder',
  location: fileURLToPath(new URL('../fixtures/docs/', import.meta.url)),
  options: { baseUrl: 'https://docs.example.com/' },
};

/** Fills the index in `dataDir` with the documents of test/fixtures/docs. */
export async function ingestFixtures(dataDir: string): Promise<void> {
  const database = await openSqlite(join(dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
  await ingestSource(new ChunkStore(database), FIXTURES, await loadSource(FIXTURES));
  await database.close();
}
