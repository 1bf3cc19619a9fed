import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DatabaseSettings, openDatabase } from '../../src/database/open-database.js';
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

/** An ingest takes as long as all else that a test of the bot does: files of SQLite are copies of one. */
let made: Promise<Buffer> | undefined;

/** Fills the index in `dataDir`, or in the Postgres that stands for it, with the documents of test/fixtures/docs. */
export async function ingestFixtures(dataDir: string, databaseUrl?: string): Promise<void> {
  if (databaseUrl !== undefined) return ingestInto({ dataDir, databaseUrl });
  made ??= makeIndex();
  await mkdir(dataDir, { recursive: true });
  await writeFile(join(dataDir, KNOWLEDGE_FILE), await made);
}

async function makeIndex(): Promise<Buffer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
  try {
    await ingestInto({ dataDir });
    return await readFile(join(dataDir, KNOWLEDGE_FILE));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function ingestInto(settings: DatabaseSettings): Promise<void> {
  const database = await openDatabase(settings, KNOWLEDGE_FILE, knowledgeMigrations);
  await ingestSource(new ChunkStore(database), FIXTURES, await loadSource(FIXTURES));
  await database.close();
}
