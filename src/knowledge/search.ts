import type { Search } from '../rag/search.js';
import type { Scored } from './best-hits.js';
import type { ChunkStore } from './chunk-store.js';
import { EmbeddingModelError } from './embedder.js';
import { fuse } from './fuse.js';
import { MemoryIndex } from './memory-index.js';

/** How far down each ranking is looked at. */
const DEPTH = 100;

export interface SearchOptions {
  /** Whose vectors the questions come with: see `embeddingModelName`. Without it vectors are not looked at. */
  readonly embeddingModel?: string | undefined;
  /** Told when the index turns out to hold another model's vectors: the search goes on by keywords. */
  readonly onMismatch?: (error: EmbeddingModelError) => void;
}

/**
 * Finds passages by keywords and, for a question with a vector, by meaning. Sees what any process has ingested up to the
 * moment of the question.
 */
export function createSearch(store: ChunkStore, { embeddingModel, onMismatch }: SearchOptions = {}): Search {
  const index = new MemoryIndex(store, embeddingModel !== undefined);
  // Reading 20,000 chunks takes a second: begun now, not by the first question. If it fails that question says why.
  warm().catch(() => {});

  async function warm() {
    const { version } = await store.state();
    await index.refresh(version);
  }

  return async ({ query, vector, limit, sources }) => {
    const state = await store.state();
    if (state.empty) return { passages: [], mode: 'keyword', indexEmpty: true };
    await index.refresh(state.version);
    const keyword = index.keywords.hits(query, DEPTH, sources);

    const comparable =
      vector && state.embeddingModel !== undefined && state.embeddingModel === embeddingModel;
    if (vector && embeddingModel && state.embeddingModel && !comparable) {
      onMismatch?.(new EmbeddingModelError(state.embeddingModel, embeddingModel));
    }
    if (!comparable) return { passages: await passages(keyword, limit), mode: 'keyword', indexEmpty: false };

    const also = keyword.map(({ number }) => number);
    const fused = fuse(keyword, await index.vectors.nearest(vector, DEPTH, { also, sources }));
    return { passages: await passages(fused, limit), mode: 'hybrid', indexEmpty: false };
  };

  /** Neighbours are left as they were found: joining them is the work of whoever fills the prompt. */
  async function passages(hits: readonly Scored[], limit: number) {
    const best = hits.slice(0, limit);
    const found = await store.passages(best.map(({ number }) => number));
    return best.flatMap(({ number, score }) => {
      const passage = found.get(number);
      // Replaced since the index was asked: its successor is found by the next question.
      return passage ? [{ ...passage, score }] : [];
    });
  }
}
