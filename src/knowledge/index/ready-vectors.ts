import type { Log } from '../../logger.js';
import type { ChunkStore } from '../chunk-store.js';
import { EmbeddingModelError } from '../embedder.js';

/**
 * Says where vectors are searched, and brings those to pgvector that were stored before it was there. Of an index that
 * another model made it says how to have it embedded anew: until then it is searched by keywords.
 *
 * @param model that questions are embedded with: see `embeddingModelName`
 */
export async function readyVectors(store: ChunkStore, model: string, log: Log): Promise<void> {
  const { pgvector, withoutPgvector } = store;
  await store.checkEmbeddingModel(model).catch((error: unknown) => {
    if (!(error instanceof EmbeddingModelError)) throw error;
    log.warn({}, `answers are searched for by keywords alone: ${error.message}`);
  });
  if (withoutPgvector !== undefined)
    log.info({}, `vectors are searched in this process's memory, not by pgvector: ${withoutPgvector}`);
  const vectors = (await pgvector?.carryOver()) ?? 0;
  if (vectors > 0) log.info({ vectors }, 'vectors of an earlier index are now searched by pgvector');
}
