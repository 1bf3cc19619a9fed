import type { Search, SearchRequest, SearchResult } from '../../rag/search.js';
import type { ChunkStore, IndexState } from '../chunk-store.js';
import { EmbeddingModelError } from '../embedder.js';
import type { Scored } from './best-hits.js';
import { fuse } from './fuse.js';
import { MemoryIndex } from './memory-index.js';

/** How far down each ranking is looked at. */
const DEPTH = 100;

/** How often a question is asked of the index, when documents are being replaced meanwhile. */
const ATTEMPTS = 3;

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
  const index = new MemoryIndex(store, embeddingModel !== undefined && !store.pgvector);
  const vectors = store.pgvector ?? index.vectors;
  // Reading 20,000 chunks takes a second: begun now, not by the first question. If it fails that question says why.
  warm().catch(() => {});

  async function warm() {
    const { version } = await store.state();
    await index.refresh(version);
  }

  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const state = await store.state();
      const { version: indexVersion } = state;
      if (state.empty) return { passages: [], mode: 'keyword', relevance: 0, indexVersion, indexEmpty: true };
      await index.refresh(indexVersion);
      const { hits, mode, relevance } = await rank(request, state);
      const last = attempt === ATTEMPTS;
      const best = last ? hits : hits.slice(0, request.limit);
      const passages = await passagesOf(best);
      // One that is gone was replaced since the index was asked: its successor is found by asking again.
      if (passages.length < best.length && !last) continue;
      return { passages: passages.slice(0, request.limit), mode, relevance, indexVersion, indexEmpty: false };
    }
  };

  async function rank({ query, vector, limit, sources }: SearchRequest, state: IndexState): Promise<Ranking> {
    const keyword = index.keywords.hits(query, DEPTH, sources);
    const comparable =
      vector && state.embeddingModel !== undefined && state.embeddingModel === embeddingModel;
    if (vector && embeddingModel && state.embeddingModel && !comparable) {
      onMismatch?.(new EmbeddingModelError(state.embeddingModel, embeddingModel));
    }
    const also = keyword.map(({ number }) => number);
    const coverage = index.keywords.coverage(query, also.slice(0, limit));
    if (!comparable) return { hits: keyword, mode: 'keyword', relevance: coverage };
    const nearest = await vectors.nearest(vector, DEPTH, { also, sources });
    // What is said in other words, or in another language, is near by its vector alone.
    const relevance = Math.max(coverage, Math.min(1, nearest[0]?.score ?? 0));
    return { hits: fuse(keyword, nearest), mode: 'hybrid', relevance };
  }

  /** Neighbours are left as they were found: joining them is the work of whoever fills the prompt. */
  async function passagesOf(hits: readonly Scored[]) {
    const found = await store.passages(hits.map(({ number }) => number));
    return hits.flatMap(({ number, score }) => {
      const passage = found.get(number);
      return passage ? [{ ...passage, score }] : [];
    });
  }
}

interface Ranking {
  readonly hits: readonly Scored[];
  readonly mode: SearchResult['mode'];
  readonly relevance: number;
}
