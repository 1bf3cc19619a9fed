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
  /** True when nothing has been ingested at all: the answer then says what to run. */
  readonly indexEmpty: boolean;
}

/** Finds passages. Fulfilled by `knowledge/`. Rejects, among others, for a vector that cannot be compared with the index's. */
export type Search = (request: SearchRequest) => Promise<SearchResult>;
