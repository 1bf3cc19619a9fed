import type { ChunkStore } from '../chunk-store.js';
import { textToEmbed } from '../chunks/chunk.js';
import type { Embedder } from '../embedder.js';
import type { ParseLimits } from '../loaders/document-parser.js';
import type { Documents, FailedDocument, Source } from '../source.js';
import { CONCURRENCY, embedMissing } from './embed-missing.js';
import { BATCH, EmbeddingRun } from './embedding-run.js';
import { type ChangedDocument, readChanges } from './read-changes.js';
import { RemovalRule } from './removal-rule.js';
import { SeenDocuments } from './seen-documents.js';
import { WorkGroups } from './work-groups.js';

export interface IngestOptions {
  /** Absent: keyword search alone. */
  readonly embedder?: Embedder | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
  /** Stops before the next documents; what is done stays done. */
  readonly signal?: AbortSignal | undefined;
  /** Whether most of a source's documents may be removed at once: see `RemovalRule`. @default false */
  readonly removeGone?: boolean | undefined;
  /** For cutting one document. */
  readonly limits?: ParseLimits | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

export interface IngestProgress {
  /** Documents that are done with, of `count` where that is known. */
  readonly done: number;
  readonly count?: number | undefined;
  /** Documents that were read, those among them that wait to be embedded and stored. */
  readonly read: number;
  readonly path: string;
}

export interface IngestReport {
  readonly source: string;
  /** In the source now, failed ones included. */
  readonly documents: number;
  readonly unchanged: number;
  /** Drafts and empty ones, which are not among the documents. */
  readonly leftOut: number;
  /** New ones among them. */
  readonly changed: number;
  readonly removed: number;
  readonly chunksAdded: number;
  /** Chunks for which the service was asked. */
  readonly chunksEmbedded: number;
  readonly failed: readonly FailedDocument[];
  /** Why there are chunks without a vector; the next run embeds them. */
  readonly embeddingFailure?: string | undefined;
}

/**
 * Brings the index up to date with a source: unchanged documents cost one hash, changed ones are replaced, gone ones
 * removed, each in one transaction. Killed at any point, the next run completes the work.
 *
 * @throws EmbeddingModelError when the index holds another model's vectors.
 */
export async function ingestSource(
  store: ChunkStore,
  source: Source,
  documents: Documents,
  { embedder, onProgress, signal, removeGone = false, limits, now = Date.now }: IngestOptions = {},
): Promise<IngestReport> {
  if (embedder) await store.useEmbeddingModel(embedder.model);
  const known = await store.fingerprints(source.name);
  const rule = await RemovalRule.of(store, source, known.size, removeGone);
  await store.register(source);
  const embeddings = new EmbeddingRun(embedder, signal);
  const seen = new SeenDocuments();
  const failed: FailedDocument[] = [];
  const total = { done: 0, read: 0, leftOut: 0, unchanged: 0, changed: 0, chunksAdded: 0 };

  const tell = (path: string) =>
    onProgress?.({ done: total.done, read: total.read, count: documents.count, path });
  const finish = (path: string) => {
    total.done += 1;
    tell(path);
  };
  const fail = (document: FailedDocument) => {
    failed.push(document);
    finish(document.path);
  };

  async function* changes(): AsyncGenerator<ChangedDocument> {
    for await (const change of readChanges(source, documents, known, { signal, limits })) {
      total.read += 1;
      seen.add(change);
      if (change.type === 'changed') {
        tell(change.path);
        yield change;
      } else if (change.type === 'failed') {
        const { type, ...document } = change;
        fail(document);
      } else {
        total[change.type === 'unchanged' ? 'unchanged' : 'leftOut'] += 1;
        finish(change.path);
      }
    }
  }

  async function apply(group: readonly ChangedDocument[]): Promise<void> {
    const reusable = embedder ? group.filter(({ document }) => known.has(document.path)) : [];
    const kept = await Promise.all(
      reusable.map(({ document }) => store.embeddingsOf(source.name, document.path)),
    );
    const vectors = new Map<string, Float32Array | undefined>(kept.flatMap((map) => [...map]));
    const fresh = group.flatMap(({ chunks }) => chunks).filter(({ id }) => !vectors.has(id));
    const added = await embeddings.embed(fresh.map(textToEmbed));
    for (const [index, { id }] of fresh.entries()) vectors.set(id, added[index]);

    signal?.throwIfAborted();
    // Side by side: transactions that wait at the same time share one fsync.
    await Promise.all(group.map((change) => put(change, vectors)));
  }

  async function put(
    { document, fingerprint, chunks }: ChangedDocument,
    vectors: ReadonlyMap<string, Float32Array | undefined>,
  ) {
    try {
      const stored = chunks.map((chunk) => ({ ...chunk, embedding: vectors.get(chunk.id) }));
      await store.replace(source.name, document, fingerprint, stored);
      total.changed += 1;
      total.chunksAdded += chunks.length;
      finish(document.path);
    } catch (error) {
      fail({ path: document.path, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  await new WorkGroups(changes(), { size: BATCH, weight: ({ chunks }) => chunks.length }).run(
    CONCURRENCY,
    apply,
  );
  const unembedded = await embedMissing(store, source.name, embeddings, { signal });
  signal?.throwIfAborted();
  const { paths: gone, refused } = rule.removals(seen.gone(known.keys()));
  failed.push(...unembedded, ...(refused ? [refused] : []));
  for (const path of gone) await store.remove(source.name, path);
  await store.refreshed(source.name, new Date(now()));

  const { unchanged, leftOut, changed, chunksAdded } = total;
  return {
    ...{
      source: source.name,
      documents: total.done - leftOut,
      unchanged,
      leftOut,
      changed,
      removed: gone.length,
      chunksAdded,
      failed,
    },
    chunksEmbedded: embeddings.embedded,
    ...(embeddings.failure !== undefined && { embeddingFailure: embeddings.failure }),
  };
}
