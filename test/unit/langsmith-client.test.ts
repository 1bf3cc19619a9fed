import { v4, v7 } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { createLangSmithClient } from '../../src/tracing/client.js';

afterEach(() => vi.unstubAllEnvs());

it("a vote is sent whatever the environment says to LangSmith's SDK", async () => {
  vi.stubEnv('LANGSMITH_TRACING_SAMPLING_RATE', '0');
  vi.stubEnv('LANGSMITH_TRACING_MODE', 'otel');
  vi.stubEnv('LANGSMITH_HIDE_INPUTS', 'true');
  const recorder = await startLangSmithRecorder({});
  const note = () => {};
  const log = { debug: note, info: note, warn: note, error: note };
  const { direct, hasty } = createLangSmithClient({ ...recorder, log });
  recorder.fail({ status: 418 }, { on: 'feedback' });
  for (const client of [direct, hasty])
    await expect(
      client.createFeedback({ runId: v7(), sessionId: v4(), key: 'user_score', score: 1 }),
    ).rejects.toThrow();
  expect(recorder.requests().map(({ route }) => route)).toEqual(['feedback', 'feedback']);
  await recorder.close();
});
