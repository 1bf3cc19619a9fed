import type { Embed } from './embed.js';
import type { Search, SearchResult } from './search.js';

export interface RetrieveRequest {
  readonly question: string;
  readonly signal: AbortSignal;
}

export interface RetrieverOptions {
  readonly search: Search;
  /** Absent: keyword search alone. */
  readonly embed?: Embed | undefined;
  /** How many passages the model gets. @default 8 */
  readonly limit?: number;
  /** Told when the embedding service failed and the search went on without it. */
  readonly onDegraded?: (error: unknown) => void;
}

export type Retrieve = (request: RetrieveRequest) => Promise<SearchResult>;

/** Question in, passages out. A failing embedding service costs the vectors, never the answer. */
export function createRetriever({ search, embed, limit = 8, onDegraded }: RetrieverOptions): Retrieve {
  return async ({ question, signal }) => {
    signal.throwIfAborted();
    const vector = embed && (await embedQuestion(embed, question, signal, onDegraded));
    signal.throwIfAborted();
    return search({ query: question, vector, limit });
  };
}

async function embedQuestion(
  embed: Embed,
  question: string,
  signal: AbortSignal,
  onDegraded: RetrieverOptions['onDegraded'],
): Promise<readonly number[] | undefined> {
  try {
    const [vector] = await embed([question], signal);
    return vector;
  } catch (error) {
    signal.throwIfAborted();
    onDegraded?.(error);
    return undefined;
  }
}
