import { join } from 'node:path';
import { openSqlite } from '../../../src/database/sqlite.js';
import { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import { ingestSource } from '../../../src/knowledge/ingest/ingest.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../../src/knowledge/migrations.js';
import type { Source } from '../../../src/knowledge/source.js';
import { loadSource } from '../../../src/knowledge/sources/load-source.js';

const [, , dataDir = '', folder = '', mode] = process.argv;
const database = await openSqlite(join(dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
const store = new ChunkStore(database);

/** Once, or again and again under other names until the process is ended: an ingest beside the bot. */
for (let round = 1; round === 1 || mode === 'again'; round += 1) {
  const source: Source = {
    name: mode === 'again' ? `beside-${round}` : 'bench',
    kind: 'folder',
    location: folder,
    options: { baseUrl: 'https://docs.example.com/' },
  };
  if (round === 1) console.log('ingest begins');
  const { chunksAdded, failed } = await ingestSource(store, source, await loadSource(source));
  if (failed[0]) throw new Error(`every document must be ingested, got: ${failed[0].reason}`);
  console.log(`ingested ${chunksAdded} chunks`);
}
await database.close();
