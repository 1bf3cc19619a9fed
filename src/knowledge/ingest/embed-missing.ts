import type { ChunkStore } from '../chunk-store.js';
import { textToEmbed } from '../chunks/chunk.js';
import type { FailedDocument } from '../source.js';
import { BATCH, type EmbeddingRun } from './embedding-run.js';

/** Embedding requests at a time. */
export const CONCURRENCY = 3;

export interface EmbedMissingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many chunks were looked at. */
  readonly onProgress?: ((chunks: number) => void) | undefined;
}

/**
 * Embeds what was ingested without a key, while the service failed, or before another model was chosen.
 *
 * @returns the documents with passages that the service does not take
 */
export async function embedMissing(
  store: ChunkStore,
  source: string,
  embeddings: EmbeddingRun,
  { signal, onProgress }: EmbedMissingOptions = {},
): Promise<readonly FailedDocument[]> {
  const refused = new Map<string, string[]>();
  let done = 0;
  for (let after = 0; embeddings.active; ) {
    signal?.throwIfAborted();
    const chunks = await store.withoutEmbedding(source, after, BATCH * CONCURRENCY);
    const last = chunks.at(-1);
    if (!last) break;
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
    for (const chunk of chunks) {
      const reason = embeddings.refusalOf(textToEmbed(chunk));
      if (reason !== undefined) refused.set(chunk.path, [...(refused.get(chunk.path) ?? []), reason]);
    }
    after = last.number;
    done += chunks.length;
    onProgress?.(done);
  }
  return [...refused].map(([path, reasons]) => ({ path, reason: refusalReason(reasons) }));
}

function refusalReason(reasons: readonly string[]): string {
  const passages = reasons.length === 1 ? 'one passage is' : `${reasons.length} passages are`;
  return `${passages} found by keywords alone, as the embedding service does not take it: ${reasons[0]}`;
}
