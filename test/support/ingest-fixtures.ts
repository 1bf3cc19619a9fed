import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/database/open-database.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../src/knowledge/migrations.js';
import type { Source } from '../../src/knowledge/source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';

const FIXTURES: Source = {
  name: 'fixtures',
  kind: 'folder',
  location: fileURLToPath(new URL('../fixtures/docs/', import.meta.url)),
  options: { baseUrl: 'https://docs.example.com/' },
};

/** Fills the index in `dataDir`, or in the Postgres that stands for it, with the documents of test/fixtures/docs. */
export async function ingestFixtures(dataDir: string, databaseUrl?: string): Promise<void> {
  const database = await openDatabase({ dataDir, databaseUrl }, KNOWLEDGE_FILE, knowledgeMigrations);
  await ingestSource(new ChunkStore(database), FIXTURES, await loadSource(FIXTURES));
  await database.close();
}
