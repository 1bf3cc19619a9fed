import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChunkStore } from '../knowledge/chunk-store.js';
import { ingestInChild } from '../knowledge/ingest/ingest-in-child.js';
import { keepRefreshed } from '../knowledge/ingest/keep-refreshed.js';
import type { Log } from '../logger.js';

/** Keeps the documents fresh beside the answers. Returns its end. */
export function refreshing(everyMs: number, store: ChunkStore, log: Log): () => Promise<void> {
  const script = fileURLToPath(new URL(`../cli/ingest${extname(import.meta.url)}`, import.meta.url));
  return keepRefreshed({
    everyMs,
    sources: () => store.sources(),
    refresh: (names, signal) => ingestInChild(names, signal, { script, log }),
    onError: (error) => log.warn({ err: error }, 'the documents were not refreshed; it is tried again'),
  });
}
