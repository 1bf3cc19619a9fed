import type { Client } from 'langsmith';
import { evaluate, type RunEvaluator } from 'langsmith/evaluation';
import type { Example } from 'langsmith/schemas';
import { z } from 'zod';
import type { GivenAnswer } from './given-answer.js';
import type { TracedJudge } from './judges.js';

export interface ExperimentOptions {
  readonly client: Client;
  /** The name of a dataset there, or examples that are nowhere but here. */
  readonly data: string | Example[];
  readonly answer: (inputs: Inputs) => Promise<GivenAnswer>;
  readonly evaluators: readonly RunEvaluator[];
  /** @default none */
  readonly judges?: readonly TracedJudge[];
  /** Whether runs and feedback go to LangSmith, as an experiment of this name. Absent: no request is made. */
  readonly upload?: { readonly prefix: string; readonly metadata: Record<string, unknown> } | undefined;
  readonly concurrency?: number;
}

export const INPUTS = z.object({
  question: z.string(),
  turns: z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })).default([]),
});
export type Inputs = z.output<typeof INPUTS>;

export interface ScoredAnswer {
  /** The question's id in the shipped set, or the example's. */
  readonly id: string;
  readonly question: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly comments: Readonly<Record<string, string>>;
}

export interface Experiment {
  /** Its name in LangSmith. */
  readonly name?: string | undefined;
  readonly answers: readonly ScoredAnswer[];
  /** The last good one before it on the same dataset. */
  readonly last?: LastExperiment | undefined;
  /** What fell since then by more than it may, one line each. @default nothing */
  readonly drops?: readonly string[];
}

export interface LastExperiment {
  readonly name: string;
  /** By score. */
  readonly means: Readonly<Record<string, number>>;
}

/**
 * Asks every question of the data and has every evaluator look at the answer.
 *
 * @throws Error when an answer or a judgement failed: the figures would be those of fewer questions.
 */
export async function runExperiment(options: ExperimentOptions): Promise<Experiment> {
  const { client, data, answer, evaluators, judges = [], upload, concurrency = 4 } = options;
  const failures: unknown[] = [];
  // The SDK prints a failure and goes on without the answer.
  const failed = (error: unknown): never => {
    failures.push(error);
    throw error;
  };
  const target = async (inputs: unknown) => answer(INPUTS.parse(inputs)).catch(failed);
  const { results, experimentName } = await evaluate(target, {
    client,
    data,
    evaluators: [
      ...evaluators.map(
        ({ evaluateRun }): RunEvaluator => ({
          evaluateRun: (run, example) => evaluateRun(run, example).catch(failed),
        }),
      ),
      ...judges.map((judge) => (example: Parameters<TracedJudge>[0]) => judge(example).catch(failed)),
    ],
    maxConcurrency: concurrency,
    uploadRuns: upload !== undefined,
    ...(upload && { experimentPrefix: upload.prefix, metadata: upload.metadata }),
  });
  if (failures.length > 0) {
    const [first] = failures;
    const reason = first instanceof Error ? first.message : 'unknown';
    throw new Error(
      `every question must be answered and judged, got ${failures.length} failures: ${reason}`,
      {
        cause: first,
      },
    );
  }
  return { name: upload && experimentName, answers: results.map(scoredAnswer) };
}

function scoredAnswer({ example, evaluationResults }: Row): ScoredAnswer {
  const id: unknown = example.metadata?.id;
  const scores: Record<string, number> = {};
  const comments: Record<string, string> = {};
  for (const { key, score, comment } of evaluationResults.results) {
    if (score !== null && score !== undefined) scores[key] = Number(score);
    if (comment) comments[key] = comment;
  }
  const { question } = INPUTS.parse(example.inputs);
  return { id: typeof id === 'string' ? id : example.id, question, scores, comments };
}

type Row = Awaited<ReturnType<typeof evaluate>>['results'][number];
