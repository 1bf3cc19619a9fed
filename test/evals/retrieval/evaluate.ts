import type { Embedder } from '../../../src/knowledge/embedder.js';
import { askedQuestions, type EvaluationSet } from './evaluation-set.js';
import { type Metrics, meanMetrics, scoreRanking } from './metrics.js';
import { openSystems } from './systems.js';

export interface SetResult {
  readonly set: string;
  readonly documents: number;
  readonly questions: number;
  readonly systems: readonly SystemResult[];
}

export interface SystemResult {
  readonly system: string;
  readonly note?: string | undefined;
  /** Or why it was not run. */
  readonly metrics: Metrics | string;
}

export interface EvaluateOptions {
  /** Makes the vectors. Without it those of the set are used. */
  readonly embedder?: Embedder | undefined;
  /** @default all systems */
  readonly only?: (system: string) => boolean;
}

/** Asks every system every question of a set that has an answer. */
export async function evaluateSet(
  set: EvaluationSet,
  { embedder, only = () => true }: EvaluateOptions = {},
): Promise<SetResult> {
  const asked = askedQuestions(set);
  if (asked.length === 0)
    throw new RangeError(`expected a question with a judgement in ${set.name}, got none`);
  const { systems, close } = await openSystems(set, embedder);
  try {
    const results: SystemResult[] = [];
    for (const { name, note, rank } of systems.filter((system) => only(system.name))) {
      if (typeof rank === 'string') {
        results.push({ system: name, note, metrics: rank });
        continue;
      }
      const scores: Metrics[] = [];
      for (const question of asked)
        scores.push(scoreRanking(await rank(question), set.judged.get(question.id) ?? new Map()));
      results.push({ system: name, note, metrics: meanMetrics(scores) });
    }
    return { set: set.name, documents: set.documents.length, questions: asked.length, systems: results };
  } finally {
    await close();
  }
}
