import type { RecordedRun, RunTokens, TraceRecorder } from '../recorded-run.js';
import { record, string } from '../unknown-json.js';
import type { Json, ReceivedRun, ReceivedTree } from './received-run.js';
import type { LangSmithRecorder } from './recorder.js';

/** What the page shows of a recorder. */
export function traceRecorder(recorder: LangSmithRecorder): TraceRecorder {
  return {
    runsIn: (sessionId) => recorder.thread(sessionId).flatMap(runsOf).map(recordedRun),
    runsOf: (traceId) =>
      recorder
        .runs()
        .filter((run) => run.traceId === traceId)
        .map(recordedRun),
    run(runId) {
      const found = recorder.runs().find(({ id }) => id === runId);
      return found && recordedRun(found);
    },
    feedbackOn: (runId) => recorder.feedback().filter((feedback) => feedback.runId === runId),
    onChange: (listener) => recorder.onChange(listener),
  };
}

function runsOf({ run, children }: ReceivedTree): ReceivedRun[] {
  return [run, ...children.flatMap(runsOf)];
}

function recordedRun({ dottedOrder, projectName, projectId, events, ...run }: ReceivedRun): RecordedRun {
  const { metadata } = run;
  return {
    ...run,
    firstTokenTime: timeOfFirstToken(events),
    model: string(metadata.ls_model_name) || undefined,
    tokens: tokensIn(record(metadata.usage_metadata)),
  };
}

function timeOfFirstToken(events: readonly Json[]): number | undefined {
  const time = Date.parse(string(events.find(({ name }) => name === 'new_token')?.time));
  return Number.isNaN(time) ? undefined : time;
}

function tokensIn(usage: Json): RunTokens | undefined {
  const details = record(usage.input_token_details);
  if (typeof usage.input_tokens !== 'number' && typeof usage.output_tokens !== 'number') return undefined;
  return {
    input: count(usage.input_tokens),
    output: count(usage.output_tokens),
    cacheRead: count(details.cache_read),
    cacheWrite: count(details.cache_creation) + count(details.ephemeral_5m_input_tokens),
    cacheWriteForHour: count(details.ephemeral_1hr_input_tokens) + count(details.ephemeral_1h_input_tokens),
  };
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
