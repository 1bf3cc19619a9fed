import type { ChunkStore } from '../chunk-store.js';
import type { Documents, FailedDocument, Source } from '../source.js';
import type { IngestOptions } from './ingest.js';
import { readChanges } from './read-changes.js';
import { RemovalRule } from './removal-rule.js';
import { SeenDocuments } from './seen-documents.js';

/** What an ingest would do. */
export interface IngestPlan {
  readonly source: string;
  /** Paths of documents. */
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly FailedDocument[];
  readonly unchanged: number;
  /** Drafts and empty documents. */
  readonly leftOut: number;
  /** In the documents that would be added or changed. */
  readonly chunks: number;
  /** Chunks in the index that an ingest would embed too; none without an embedder. */
  readonly withoutVector: number;
}

export type PlanOptions = Pick<IngestOptions, 'embedder' | 'signal' | 'onProgress' | 'removeGone'>;

/**
 * Reads and cuts a source's documents as an ingest would, and writes and embeds nothing.
 *
 * @throws EmbeddingModelError as the ingest would.
 */
export async function planIngest(
  store: ChunkStore,
  source: Source,
  documents: Documents,
  { embedder, signal, onProgress, removeGone = false }: PlanOptions = {},
): Promise<IngestPlan> {
  if (embedder) await store.checkEmbeddingModel(embedder.model);
  const known = await store.fingerprints(source.name);
  const rule = await RemovalRule.of(store, source, known.size, removeGone);
  const seen = new SeenDocuments();
  const [added, changed, failed]: [string[], string[], FailedDocument[]] = [[], [], []];
  let [unchanged, leftOut, chunks, done] = [0, 0, 0, 0];
  for await (const change of readChanges(source, documents, known, { signal })) {
    const { path } = change;
    seen.add(change);
    if (change.type === 'unchanged') unchanged += 1;
    else if (change.type === 'left out') leftOut += 1;
    else if (change.type === 'failed') {
      const { type, ...document } = change;
      failed.push(document);
    } else {
      chunks += change.chunks.length;
      (change.isNew ? added : changed).push(path);
    }
    done += 1;
    onProgress?.({ done, read: done, count: documents.count, path });
  }
  const { paths: removed, refused } = rule.removals(seen.gone(known.keys()));
  if (refused) failed.push(refused);
  const { chunks: indexed, embedded } = await store.counts(source.name);
  const withoutVector = embedder ? indexed - embedded : 0;
  return { source: source.name, added, changed, removed, failed, unchanged, leftOut, chunks, withoutVector };
}
