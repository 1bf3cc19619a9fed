import type { Embed } from './embed.js';
import { fillPrompt } from './fill-prompt.js';
import { RETRIEVAL_LIMITS } from './limits.js';
import { rememberVectors } from './remember-vectors.js';
import type { Search, SearchResult } from './search.js';

export interface RetrieveRequest {
  readonly question: string;
  readonly signal: AbortSignal;
}

/** What the model gets: neighbours joined, repetitions left out, within the prompt's tokens. */
export interface Retrieved extends SearchResult {
  /** The embedding service failed: the passages were found by keywords alone. */
  readonly embeddingsFailed?: true;
}

export interface RetrieverOptions {
  readonly search: Search;
  /** Absent: keyword search alone. */
  readonly embed?: Embed | undefined;
  /** @default RETRIEVAL_LIMITS */
  readonly limits?: Readonly<Record<keyof typeof RETRIEVAL_LIMITS, number>>;
  /** Told when the embedding service failed and the search went on without it. */
  readonly onDegraded?: (error: unknown) => void;
}

export type Retrieve = (request: RetrieveRequest) => Promise<Retrieved>;

/** Question in, passages out. A failing embedding service costs the vectors, never the answer. */
export function createRetriever({
  search,
  embed,
  limits = RETRIEVAL_LIMITS,
  onDegraded,
}: RetrieverOptions): Retrieve {
  const remembering = embed && rememberVectors(embed, limits.rememberedQuestions);

  async function vectorOf(text: string, signal: AbortSignal): Promise<readonly number[] | undefined> {
    const patience = AbortSignal.timeout(limits.embeddingMs);
    const [vector] = (await remembering?.([text], AbortSignal.any([signal, patience]))) ?? [];
    return vector;
  }

  async function find(query: string, signal: AbortSignal): Promise<Retrieved> {
    const limit = limits.candidates;
    try {
      return await search({ query, vector: await vectorOf(query, signal), limit });
    } catch (error) {
      signal.throwIfAborted();
      if (!embed) throw error;
      // Also a vector that the index cannot use: a gateway may answer for another model. What is not the vector's fault
      // fails again.
      const found = await search({ query, limit });
      onDegraded?.(error);
      return { ...found, embeddingsFailed: true };
    }
  }

  return async ({ question, signal }) => {
    signal.throwIfAborted();
    const found = await find(question, signal);
    signal.throwIfAborted();
    return { ...found, passages: fillPrompt(found.passages, limits.promptTokens) };
  };
}
