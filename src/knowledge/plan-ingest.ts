import type { ChunkStore } from './chunk-store.js';
import type { IngestProgress } from './ingest.js';
import { readChanges } from './read-changes.js';
import type { Documents, FailedDocument, Source } from './source.js';

/** What an ingest would do. */
export interface IngestPlan {
  readonly source: string;
  /** Paths of documents. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly FailedDocument[];
  readonly unchanged: number;
  /** In the documents that would be added or changed. */
  readonly chunks: number;
}

/** Reads and cuts a source's documents as an ingest would, and writes and embeds nothing. */
export async function planIngest(
  store: ChunkStore,
  source: Source,
  documents: Documents,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: IngestProgress) => void } = {},
): Promise<IngestPlan> {
  const known = await store.fingerprints(source.name);
  const gone = new Set(known.keys());
  const [added, changed, failed]: [string[], string[], FailedDocument[]] = [[], [], []];
  let [unchanged, chunks, done, missing] = [0, 0, 0, 0];
  for await (const change of readChanges(source, documents, known, signal)) {
    const { path } = change;
    if ('gone' in change && change.gone) missing += 1;
    else gone.delete(path);
    if (change.type === 'unchanged') unchanged += 1;
    else if (change.type === 'failed') failed.push({ path, reason: change.reason });
    else {
      chunks += change.chunks.length;
      (change.isNew ? added : changed).push(path);
    }
    done += 1;
    onProgress?.({ done, count: documents.count, path });
  }
  // As the ingest does: where all are gone something else is wrong.
  const removed = missing === done && done > 0 ? [] : [...gone];
  return { source: source.name, added, changed, removed, failed, unchanged, chunks };
}
