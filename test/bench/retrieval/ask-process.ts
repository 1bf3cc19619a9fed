import { openDatabase } from '../../../src/database/open-database.js';
import { ExpectedError } from '../../../src/errors.js';
import { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import { MemoryIndex } from '../../../src/knowledge/index/memory-index.js';
import { createSearch } from '../../../src/knowledge/index/search.js';
import type { VectorIndex } from '../../../src/knowledge/index/vector-index.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../../src/knowledge/migrations.js';
import { RETRIEVAL_LIMITS } from '../../../src/rag/limits.js';
import { percentile } from '../statistics.js';
import { questionOf } from '../write-documents.js';
import { forgetBench } from './bench-source.js';
import { exactScan } from './exact-scan.js';
import type { Asked } from './figures.js';
import { DIMENSIONS, randomVectors } from './synthetic-embedder.js';

const QUESTIONS = 300;
/** Answered before anything is measured: the first ones compile. */
const WARM_UP = 30;
const MB = 1_000_000;
/** As deep as a search looks. */
const NEAREST = 100;
const RECALL_QUESTIONS = 30;

/** A process that only searches, as a bot does: how fast, and what the index takes. */
async function main(): Promise<void> {
  const [backend, dataDir = ''] = process.argv.slice(2);
  const databaseUrl = backend === 'postgres' ? process.env.DATABASE_URL : undefined;
  const database = await openDatabase({ dataDir, databaseUrl }, KNOWLEDGE_FILE, knowledgeMigrations);
  const store = new ChunkStore(database);
  const { chunks } = await store.counts();
  const before = await residentMemory();

  const vectors = randomVectors(2);
  const limit = RETRIEVAL_LIMITS.candidates;
  const start = performance.now();
  const search = createSearch(store, { embeddingModel: 'bench' });
  await search({ query: questionOf(0), vector: vectors(), limit });
  const firstAnswerMs = performance.now() - start;

  const keyword = await latency((n) => search({ query: questionOf(n), limit }));
  const hybrid = await latency((n) => search({ query: questionOf(n), vector: vectors(), limit }));
  const memory = (await residentMemory()) - before;
  const exact = new MemoryIndex(store, true);
  await exact.refresh((await store.state()).version);
  const searched = store.pgvector ?? exact.vectors;
  const scan = exactScan(chunks, vectors);
  const result: Asked = {
    firstAnswerMs,
    keyword,
    hybrid,
    vectors: await latency(() => searched.nearest(vectors(), NEAREST)),
    recall: await recallOf(searched, exact.vectors, vectors),
    scan: await latency(async () => scan(vectors(), limit)),
    memoryMb: memory / MB,
    vectorsMb: (chunks * DIMENSIONS * Float32Array.BYTES_PER_ELEMENT) / MB,
  };
  if (databaseUrl !== undefined) await forgetBench(store);
  await database.close();
  console.log(JSON.stringify(result));
}

/** How many of the truly nearest are found. */
async function recallOf(
  searched: Pick<VectorIndex, 'nearest'>,
  exact: VectorIndex,
  vectors: () => number[],
): Promise<number> {
  let found = 0;
  for (let question = 0; question < RECALL_QUESTIONS; question += 1) {
    const vector = vectors();
    const nearest = new Set((await exact.nearest(vector, NEAREST)).map(({ number }) => number));
    found += (await searched.nearest(vector, NEAREST)).filter(({ number }) => nearest.has(number)).length;
  }
  return found / (RECALL_QUESTIONS * NEAREST);
}

async function latency(ask: (n: number) => Promise<unknown>): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + QUESTIONS; n += 1) {
    const start = performance.now();
    await ask(n);
    if (n >= WARM_UP) times.push(performance.now() - start);
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

async function residentMemory(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage.rss();
}

main().catch((error: unknown) => {
  console.error(error instanceof ExpectedError ? error.message : error);
  process.exit(1);
});
