import { AsyncLocalStorage } from 'node:async_hooks';
import type { LangSmithClient } from './client.js';
import { createFeedback, type Feedback } from './feedback.js';
import { createPrivacy, DEFAULT_TRACE_RULES, type TraceRules } from './privacy.js';
import { createProjectId } from './project-id.js';
import type { RunSpec, StreamSpec } from './run-spec.js';
import type { Place, Unrecorded } from './trace.js';
import { TraceScores } from './trace-scores.js';
import { traced, tracedStream } from './traced.js';
import { within } from './within.js';

export interface TracerOptions {
  readonly client: LangSmithClient;
  /** LangSmith creates it with the first run. */
  readonly projectName: string;
  /** @default every thread, without secrets and e-mail addresses */
  readonly rules?: TraceRules | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Everything the program does with LangSmith. */
export interface Tracer extends Feedback {
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
  /**
   * Sends what waits. True when LangSmith has everything, or a folder what it did not take; false when the time ran out or
   * an outage cost runs.
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
      withdraw: async () => {},
      flush: async () => true,
    };
  }
  const { client, projectName, rules = DEFAULT_TRACE_RULES, now = Date.now } = options;
  const { runs, outage } = client;
  const privacy = createPrivacy(rules);
  const projectId = createProjectId({ client: client.direct, projectName });
  const scores = new TraceScores({ client, projectId });
  const place = new AsyncLocalStorage<Place | Unrecorded>();
  const to = { runs, outage, projectName, scores, privacy, place, now };
  return {
    traced: (spec, fn) => traced(to, spec, fn),
    tracedStream: (spec, fn) => tracedStream(to, spec, fn),
    ...createFeedback({ client: client.direct, projectId, privacy }),
    async flush(timeoutMs = 5_000) {
      const deadline = performance.now() + timeoutMs;
      const isSent = await runs.flush(timeoutMs);
      const left = deadline - performance.now();
      // After the runs: what is said of one that is not there is refused. It may be lost, and the traces are there all the same.
      if (left > 0)
        await within(
          scores.settle().then(() => true),
          left,
        );
      return isSent;
    },
  };
}
