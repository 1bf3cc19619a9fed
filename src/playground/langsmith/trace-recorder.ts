import type { RecordedRun, TraceRecorder } from '../recorded-run.js';
import { record } from '../unknown-json.js';
import type { ReceivedRun, ReceivedTree } from './received-run.js';
import type { LangSmithRecorder } from './recorder.js';

/** What the page shows of a recorder. */
export function traceRecorder(recorder: LangSmithRecorder): TraceRecorder {
  return {
    runsIn: (sessionId) => recorder.thread(sessionId).flatMap(runsOf).map(recordedRun),
    feedbackOn: (runId) => recorder.feedback().filter((feedback) => feedback.runId === runId),
    onChange: (listener) => recorder.onChange(listener),
  };
}

function runsOf({ run, children }: ReceivedTree): ReceivedRun[] {
  return [run, ...children.flatMap(runsOf)];
}

function recordedRun({
  id,
  traceId,
  parentRunId,
  name,
  runType,
  startTime,
  endTime,
  error,
  metadata,
}: ReceivedRun): RecordedRun {
  const usage = record(metadata.usage_metadata);
  return {
    id,
    traceId,
    parentRunId,
    name,
    runType,
    startTime,
    endTime,
    error,
    inputTokens: tokens(usage.input_tokens),
    outputTokens: tokens(usage.output_tokens),
  };
}

function tokens(count: unknown): number | undefined {
  return typeof count === 'number' ? count : undefined;
}
