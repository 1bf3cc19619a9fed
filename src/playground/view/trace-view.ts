import type { RecordedFeedback, RecordedRun, RunTokens } from '../recorded-run.js';
import { list, record, string } from '../unknown-json.js';
import { runCost } from './run-cost.js';

/** One run as the page draws it: a row of the tree and a bar on the trace's time line. */
export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** 0 for the root. */
  readonly depth: number;
  /** Milliseconds after the trace's start. */
  readonly offset: number;
  /** Milliseconds; absent while the run has not ended. */
  readonly duration?: number | undefined;
  /** Milliseconds from the run's start to the model's first word. */
  readonly firstToken?: number | undefined;
  readonly tokens?: RunTokens | undefined;
  /** Dollars. */
  readonly cost?: number | undefined;
  readonly error?: string | undefined;
}

/** One trace, that is one answer, as LangSmith received it. */
export interface TraceView {
  readonly runId: string;
  /** What was asked; empty while the root has not been received. */
  readonly question: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Depth first, each level in the order of its start. */
  readonly runs: readonly RunView[];
  readonly feedback: readonly RecordedFeedback[];
}

/**
 * Orders the runs of one thread into traces, oldest first. Runs arrive in any order and a child may come before its
 * parent: until then it stands at the top of its trace.
 */
export function traceViews(
  runs: readonly RecordedRun[],
  feedbackOn: (runId: string) => readonly RecordedFeedback[],
): TraceView[] {
  const traces = new Map<string, RecordedRun[]>();
  for (const run of [...runs].sort((left, right) => left.startTime - right.startTime)) {
    traces.set(run.traceId, [...(traces.get(run.traceId) ?? []), run]);
  }
  return [...traces].map(([runId, members]) => ({
    runId,
    question: questionIn(members.find(({ id }) => id === runId)),
    startedAt: Math.min(...members.map(({ startTime }) => startTime)),
    runs: tree(members),
    feedback: feedbackOn(runId).map(({ key, score, value, comment }) => ({
      runId,
      key,
      score,
      value,
      comment,
    })),
  }));
}

function questionIn(root: RecordedRun | undefined): string {
  return string(record(list(root?.inputs.messages).at(-1)).content);
}

function tree(runs: readonly RecordedRun[]): RunView[] {
  const known = new Set(runs.map(({ id }) => id));
  const start = Math.min(...runs.map(({ startTime }) => startTime));
  const parentOf = ({ parentRunId = '' }: RecordedRun) => (known.has(parentRunId) ? parentRunId : '');

  function below(parentId: string, depth: number): RunView[] {
    return runs
      .filter((run) => parentOf(run) === parentId)
      .flatMap((run) => [runView(run, depth, start), ...below(run.id, depth + 1)]);
  }
  return below('', 0);
}

function runView(run: RecordedRun, depth: number, start: number): RunView {
  const { id, name, runType, startTime, endTime, firstTokenTime, tokens, error } = run;
  return {
    id,
    name,
    type: runType,
    depth,
    offset: startTime - start,
    duration: endTime === undefined ? undefined : endTime - startTime,
    firstToken: firstTokenTime === undefined ? undefined : firstTokenTime - startTime,
    tokens,
    cost: runCost(run.model, tokens),
    error,
  };
}
