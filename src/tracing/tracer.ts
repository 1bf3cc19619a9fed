import { AsyncLocalStorage } from 'node:async_hooks';
import type { FeedbackRecord } from '../slack/feedback/feedback-record.js';
import type { LangSmithClient } from './client.js';
import { createFeedback } from './feedback.js';
import type { SpanSink } from './otel/span-sink.js';
import { createPrivacy, DEFAULT_TRACE_RULES, type Privacy, type TraceRules } from './privacy.js';
import { createProjectId } from './project-id.js';
import type { RunSpec, StreamSpec } from './run-spec.js';
import type { Place, Unrecorded } from './trace.js';
import { TraceScores } from './trace-scores.js';
import { traced, tracedStream } from './traced.js';
import { within } from './within.js';

export interface TracerOptions {
  /** Absent: nothing goes to LangSmith. */
  readonly client?: LangSmithClient | undefined;
  /** In LangSmith, which creates it with the first run. */
  readonly projectName?: string | undefined;
  /** Gets the same runs as OpenTelemetry spans. */
  readonly spans?: SpanSink | undefined;
  /** @default every thread, without secrets and e-mail addresses */
  readonly rules?: TraceRules | undefined;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Everything the program does with LangSmith, and with another tool beside it or in its place. */
export interface Tracer extends FeedbackRecord {
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
  /** Whether LangSmith gets a thread. */
  traces(sessionId: string): boolean;
  /**
   * Sends what waits. True when everything has arrived, or a folder has what LangSmith did not take; false when the time ran
   * out, or an outage cost runs or votes.
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
      ...NO_FEEDBACK,
      traces: () => false,
      flush: async () => true,
    };
  }
  const { client, projectName = '', spans, rules = DEFAULT_TRACE_RULES, now = Date.now } = options;
  const privacy = createPrivacy(rules);
  const place = new AsyncLocalStorage<Place | Unrecorded>();
  const { scores, votes, feedback } = client ? feedbackTo(client, projectName, privacy) : NOWHERE;
  const langsmith = client && { runs: client.runs, outage: client.outage, scores };
  const sinks = [langsmith, spans].filter((sink) => sink !== undefined);
  const to = { sinks, projectName, privacy, place, now };
  return {
    traced: (spec, fn) => traced(to, spec, fn),
    tracedStream: (spec, fn) => tracedStream(to, spec, fn),
    ...feedback,
    traces: (sessionId) => client !== undefined && privacy.traces(sessionId),
    async flush(timeoutMs = 5_000) {
      const deadline = performance.now() + timeoutMs;
      const sent = await Promise.all(sinks.map(({ runs }) => runs.flush(timeoutMs)));
      const left = Math.max(0, deadline - performance.now());
      // After the runs: what is said of one that is not there is refused. The bot's own may be lost: the traces say the same.
      const [voted] = await Promise.all([
        votes.settle(left),
        within(
          scores.settle().then(() => true),
          left,
        ),
      ]);
      return voted && sent.every(Boolean);
    },
  };
}

const NO_FEEDBACK: FeedbackRecord = {
  feedback: async () => {},
  react: async () => {},
  withdraw: async () => {},
  keepsComments: () => false,
};
const NOWHERE = {
  feedback: NO_FEEDBACK,
  votes: { settle: async () => true },
  scores: { add() {}, settle: async () => {} },
};

function feedbackTo(client: LangSmithClient, projectName: string, privacy: Privacy) {
  const projectId = createProjectId({ client: client.hasty, projectName });
  const { hasty, votes } = client;
  return {
    feedback: createFeedback({ client: hasty, projectId, privacy, queue: votes }),
    votes,
    scores: new TraceScores({ client, projectId }),
  };
}
