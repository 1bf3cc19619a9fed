import { textToEmbed } from './chunk.js';
import type { ChunkStore } from './chunk-store.js';
import type { Embedder } from './embedder.js';
import { BATCH, EmbeddingRun } from './embedding-run.js';
import { type ChangedDocument, readChanges } from './read-changes.js';
import type { Documents, FailedDocument, Source } from './source.js';
import { WorkGroups } from './work-groups.js';

export interface IngestOptions {
  /** Absent: keyword search alone. */
  readonly embedder?: Embedder | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
  /** Stops before the next documents; what is done stays done. */
  readonly signal?: AbortSignal | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

export interface IngestProgress {
  /** Documents that are done with, of `count` where that is known. */
  readonly done: number;
  readonly count?: number | undefined;
  readonly path: string;
}

export interface IngestReport {
  readonly source: string;
  /** In the source now, failed ones included. */
  readonly documents: number;
  readonly unchanged: number;
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

/** Embedding requests at a time. */
const CONCURRENCY = 3;

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
  { embedder, onProgress, signal, now = Date.now }: IngestOptions = {},
): Promise<IngestReport> {
  if (embedder) await store.useEmbeddingModel(embedder.model);
  await store.register(source);
  const known = await store.fingerprints(source.name);
  const embeddings = new EmbeddingRun(embedder, signal);
  const seen = new Set<string>();
  const failed: FailedDocument[] = [];
  const total = { done: 0, unchanged: 0, changed: 0, chunksAdded: 0 };

  const finish = (path: string) => {
    total.done += 1;
    onProgress?.({ done: total.done, count: documents.count, path });
  };
  const fail = (path: string, reason: string) => {
    failed.push({ path, reason });
    finish(path);
  };

  async function* changes(): AsyncGenerator<ChangedDocument> {
    for await (const change of readChanges(source, documents, known, signal)) {
      if (!('gone' in change && change.gone)) seen.add(change.path);
      if (change.type === 'changed') {
        yield change;
      } else if (change.type === 'failed') {
        fail(change.path, change.reason);
      } else {
        total.unchanged += 1;
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
      fail(document.path, error instanceof Error ? error.message : String(error));
    }
  }

  await new WorkGroups(changes(), { size: BATCH, weight: ({ chunks }) => chunks.length }).run(
    CONCURRENCY,
    apply,
  );
  await embedMissing(store, source.name, embeddings, signal);
  signal?.throwIfAborted();
  // Where all are gone something else is wrong, such as a site that answers 404 to everything.
  const gone = seen.size === 0 && total.done > 0 ? [] : [...known.keys()].filter((path) => !seen.has(path));
  for (const path of gone) await store.remove(source.name, path);
  await store.refreshed(source.name, new Date(now()));

  const { unchanged, changed, chunksAdded } = total;
  return {
    ...{
      source: source.name,
      documents: total.done,
      unchanged,
      changed,
      removed: gone.length,
      chunksAdded,
      failed,
    },
    chunksEmbedded: embeddings.embedded,
    ...(embeddings.failure !== undefined && { embeddingFailure: embeddings.failure }),
  };
}

/** What was ingested without a key, while the service failed, or before another model was chosen. */
async function embedMissing(
  store: ChunkStore,
  source: string,
  embeddings: EmbeddingRun,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let after = 0; embeddings.active; ) {
    signal?.throwIfAborted();
    const chunks = await store.withoutEmbedding(source, after, BATCH * CONCURRENCY);
    const last = chunks.at(-1);
    if (!last) return;
    const batches = Array.from({ length: CONCURRENCY }, (_, index) =>
      chunks.slice(index * BATCH, (index + 1) * BATCH),
    );
    await Promise.all(
      batches.map(async (batch) => {
        const vectors = await embeddings.embed(batch.map(textToEmbed));
        const added = batch.flatMap(({ number }, index) => {
          const vector = vectors[index];
          return vector ? [[number, vector] as const] : [];
        });
        if (added.length > 0) await store.addEmbeddings(added);
      }),
    );
    after = last.number;
  }
}
