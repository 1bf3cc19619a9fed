import type { Embedder } from '../../../src/knowledge/embedder.js';
import { RETRIEVAL_LIMITS } from '../../../src/rag/limits.js';
import { EvalIndex } from './eval-index.js';
import { askedQuestions, type EvaluationSet } from './evaluation-set.js';

/** How relevant a set's passages are found for its own questions, and for those of the other sets, which it cannot answer. */
export interface Relevances {
  readonly set: string;
  readonly own: readonly number[];
  readonly foreign: readonly number[];
}

/** What a threshold does: the shares of questions with an answer that it lets through, and without one that it refuses. */
export interface Calibration {
  readonly threshold: number;
  readonly kept: number;
  readonly refused: number;
}

/** The relevance that the product's search gives, over what ingest cuts; by keywords, or with an embedding model's vectors. */
export async function measureRelevance(
  sets: readonly EvaluationSet[],
  embedder?: Embedder,
): Promise<Relevances[]> {
  const results: Relevances[] = [];
  for (const set of sets) {
    const index = await EvalIndex.open(set, true, embedder);
    const ask = async (asked: EvaluationSet): Promise<number[]> => {
      const relevances: number[] = [];
      for (const { text } of askedQuestions(asked)) {
        const [vector] = (await embedder?.embed([text])) ?? [];
        const found = await index.search({ query: text, vector, limit: RETRIEVAL_LIMITS.candidates });
        relevances.push(found.relevance ?? 0);
      }
      return relevances;
    };
    try {
      const foreign: number[] = [];
      for (const other of sets) if (other !== set) foreign.push(...(await ask(other)));
      results.push({ set: set.name, own: await ask(set), foreign });
    } finally {
      await index.close();
    }
  }
  return results;
}

/** @returns NaN for a share of no questions at all */
export function calibrationAt(
  threshold: number,
  { own, foreign }: Pick<Relevances, 'own' | 'foreign'>,
): Calibration {
  const share = (values: readonly number[], wanted: (value: number) => boolean) =>
    values.filter(wanted).length / values.length;
  return {
    threshold,
    kept: share(own, (value) => value >= threshold),
    refused: share(foreign, (value) => value < threshold),
  };
}
