import type { LangSmithRecorder } from '../../src/playground/langsmith/recorder.js';

/** A run that is there, for feedback on it. */
export async function haveRun(
  { endpoint, apiKey }: Pick<LangSmithRecorder, 'endpoint' | 'apiKey'>,
  id: string,
  projectName = 'threadsmith',
): Promise<void> {
  const run = {
    ...{ id, trace_id: id, dotted_order: `20261101T100000000001Z${id}` },
    ...{ name: 'langsmith_rag', run_type: 'chain', session_name: projectName },
    start_time: '2026-11-01T10:00:00.000001Z',
  };
  const { status } = await fetch(`${endpoint}/runs/batch`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ post: [run] }),
  });
  if (status !== 202) throw new Error(`LangSmith's double must take a run with 202, got ${status}`);
}
