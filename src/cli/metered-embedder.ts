import type { Config } from '../config.js';
import { type Embedder, embeddingModelName } from '../knowledge/embedder.js';
import type { EmbeddingUse } from '../knowledge/ingest/ingest-outcome.js';
import { embeddingPrice } from '../models/embedding-price.js';
import { createOpenAiEmbed } from '../models/openai-embeddings.js';

export interface MeteredEmbedder extends Embedder {
  /** What was embedded since the last call. */
  takeUse(): EmbeddingUse;
}

/** The configured embedding service; without one, search is by keywords alone. */
export function createMeteredEmbedder(
  { openai }: Config,
  fetch: typeof globalThis.fetch,
): MeteredEmbedder | undefined {
  if (!openai) return undefined;
  let use = { tokens: 0, estimated: false };
  const onTokens = (tokens: number, estimated: boolean) => {
    use = { tokens: use.tokens + tokens, estimated: use.estimated || estimated };
  };
  return {
    model: embeddingModelName(openai),
    embed: createOpenAiEmbed({ ...openai, fetch, onTokens }),
    takeUse() {
      const taken = use;
      use = { tokens: 0, estimated: false };
      const dollars = embeddingPrice(openai.model, taken.tokens);
      return { ...taken, ...(dollars !== undefined && { dollars }) };
    },
  };
}
