import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../database/sqlite.js';
import { ChunkStore } from '../knowledge/chunk-store.js';
import { ingestSource } from '../knowledge/ingest.js';
import { loadSource } from '../knowledge/load-source.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../knowledge/migrations.js';
import type { Source } from '../knowledge/source.js';
import type { Log } from '../logger.js';

/** The product's user documentation: from src/playground and from dist/playground. */
const OWN_DOCS: Source = {
  name: 'threadsmith-docs',
  kind: 'folder',
  location: fileURLToPath(new URL('../../docs/', import.meta.url)),
  options: {},
};

/**
 * Gives a fresh start something to answer from, and keeps it up to date. Once a team has ingested documents of its own,
 * nothing is added to them.
 */
export async function indexOwnDocs(dataDir: string, log: Log): Promise<void> {
  const database = await openSqlite(join(dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
  try {
    const store = new ChunkStore(database);
    const others = (await store.sources()).filter(({ name }) => name !== OWN_DOCS.name);
    if (others.length > 0) return;
    const { failed } = await ingestSource(store, OWN_DOCS, await loadSource(OWN_DOCS));
    for (const { path, reason } of failed) log.warn({ path, reason }, 'document not indexed');
  } finally {
    await database.close();
  }
}
