import type { Passage } from './passage.js';

export interface SearchRequest {
  /** The standalone question, as plain words. */
  readonly query: string;
  /** The question's embedding, when there is one: keyword and vector hits are then fused. */
  readonly vector?: readonly number[] | undefined;
  /** How many passages at most. */
  readonly limit: number;
  /** Only these sources; all when absent. */
  readonly sources?: readonly string[] | undefined;
}

export interface SearchResult {
  /** Best first. */
  readonly passages: readonly Passage[];
  readonly mode: 'keyword' | 'hybrid';
  /**
   * How far the passages are about what was asked, 0 to 1: the share of the question's words, by rarity, in the passage that
   * holds most of them, or the nearest vector's cosine. Absent where it is not known.
   */
  readonly relevance?: number | undefined;
  /** Which state of the index was searched: another number after every change. Absent where it is not known. */
  readonly indexVersion?: number | undefined;
  /** True when nothing has been ingested at all: the answer then says what to run. */
  readonly indexEmpty: boolean;
}

/** Finds passages. Fulfilled by `knowledge/`. Rejects, among others, for a vector that cannot be compared with the index's. */
export type Search = (request: SearchRequest) => Promise<SearchResult>;
