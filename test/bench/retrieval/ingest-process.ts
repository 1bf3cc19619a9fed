import { openDatabase } from '../../../src/database/open-database.js';
import { ExpectedError } from '../../../src/errors.js';
import { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import { chunkDocument } from '../../../src/knowledge/chunks/chunk-document.js';
import { encodePostings, postingsOf } from '../../../src/knowledge/index/postings.js';
import { ingestSource } from '../../../src/knowledge/ingest/ingest.js';
import { readDocument } from '../../../src/knowledge/ingest/read-document.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../../src/knowledge/migrations.js';
import type { Source } from '../../../src/knowledge/source.js';
import { loadSource } from '../../../src/knowledge/sources/load-source.js';
import { benchSource, refuseToMix } from './bench-source.js';
import type { Ingested } from './figures.js';
import { syntheticEmbedder } from './synthetic-embedder.js';

/** A process: ingests a folder, and tells how fast that was. */
async function main(): Promise<void> {
  const [backend, dataDir = '', folder = ''] = process.argv.slice(2);
  const databaseUrl = backend === 'postgres' ? process.env.DATABASE_URL : undefined;
  const database = await openDatabase({ dataDir, databaseUrl }, KNOWLEDGE_FILE, knowledgeMigrations);
  const store = new ChunkStore(database);
  await refuseToMix(store);
  const source = benchSource(folder);
  const floor = await secondsPerChunk(() => cutAndTokenise(source));
  const { seconds, chunks } = await secondsPerChunk(async () => {
    const report = await ingestSource(store, source, await loadSource(source), {
      embedder: syntheticEmbedder(),
    });
    const [failed] = report.failed;
    if (failed) throw new Error(`${failed.path}: ${failed.reason}`);
    await store.pgvector?.keepIndexed();
    return report.chunksAdded;
  });
  await database.close();
  const result: Ingested = {
    chunks,
    chunksPerSecond: chunks / seconds,
    floorPerSecond: floor.chunks / floor.seconds,
    pgvector: store.pgvector !== undefined,
  };
  console.log(JSON.stringify(result));
}

async function secondsPerChunk(work: () => Promise<number>): Promise<{ seconds: number; chunks: number }> {
  const start = performance.now();
  const chunks = await work();
  return { seconds: (performance.now() - start) / 1_000, chunks };
}

async function cutAndTokenise(source: Source): Promise<number> {
  let chunks = 0;
  for await (const found of await loadSource(source)) {
    const document = await readDocument(found);
    if ('reason' in document) continue;
    for (const chunk of chunkDocument(document)) {
      encodePostings(postingsOf(chunk));
      chunks += 1;
    }
  }
  return chunks;
}

main().catch((error: unknown) => {
  console.error(error instanceof ExpectedError ? error.message : error);
  process.exit(1);
});
