import { AsyncLocalStorage } from 'node:async_hooks';
import type { LangSmithClient } from './client.js';
import { createFeedback, type Vote } from './feedback.js';
import { createProjectId } from './project-id.js';
import type { RunSpec, StreamSpec } from './run-spec.js';
import { TraceScores } from './trace-scores.js';
import { traced, tracedStream } from './traced.js';
import { within } from './within.js';

export interface TracerOptions {
  readonly client: LangSmithClient;
  /** LangSmith creates it with the first run. */
  readonly projectName: string;
}

/** Everything the program does with LangSmith. */
export interface Tracer {
  /** The same function, each call a run. Runs that are begun inside become its children. */
  traced<Input, Result>(
    spec: RunSpec<Input, Result>,
    fn: (input: Input) => Promise<Result>,
  ): (input: Input) => Promise<Result>;
  /** The same stream, each iteration a run. */
  tracedStream<Input, Event, State>(
    spec: StreamSpec<Input, Event, State>,
    fn: (input: Input) => AsyncIterable<Event>,
  ): (input: Input) => AsyncIterable<Event>;
  /** Records a vote, or changes the one that this person gave before. Rejects when LangSmith did not take it. */
  feedback(vote: Vote): Promise<void>;
  /**
   * Sends what waits. True when LangSmith has everything, false when the time ran out or an outage cost runs.
   *
   * @param timeoutMs @default 5,000
   */
  flush(timeoutMs?: number): Promise<boolean>;
}

/** Undefined turns tracing off: functions come back as they were given, at no cost, and votes go nowhere. */
export function createTracer(options: TracerOptions | undefined): Tracer {
  if (!options) {
    return {
      traced: (_spec, fn) => fn,
      tracedStream: (_spec, fn) => fn,
      feedback: async () => {},
      flush: async () => true,
    };
  }
  const { client, projectName } = options;
  const projectId = createProjectId({ client: client.direct, projectName });
  const scores = new TraceScores({ client, projectId });
  const to = { client, projectName, scores, lostTurn: new AsyncLocalStorage<true>() };
  return {
    traced: (spec, fn) => traced(to, spec, fn),
    tracedStream: (spec, fn) => tracedStream(to, spec, fn),
    feedback: createFeedback({ client: client.direct, projectId }),
    async flush(timeoutMs = 5_000) {
      const deadline = performance.now() + timeoutMs;
      const runs = client.batched.awaitPendingTraceBatches().then(() => true);
      if (!(await within(runs, timeoutMs))) return false;
      // After the runs: what is said of one that is not there is refused. It may be lost, and the traces are there all the same.
      await within(
        scores.settle().then(() => true),
        deadline - performance.now(),
      );
      return client.outage.runsLost() === 0;
    },
  };
}
