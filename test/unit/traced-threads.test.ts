import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { createCommandClient } from '../../src/tracing/command-client.js';
import { TracedThreads } from '../../src/tracing/traced-threads.js';
import { sendTrace } from '../support/send-trace.js';

let recorder: LangSmithRecorder;
beforeEach(async () => {
  recorder = await startLangSmithRecorder();
});
afterEach(() => recorder.close());

const threads = (projectName: string) =>
  new TracedThreads({
    client: createCommandClient({ ...recorder, fetch: globalThis.fetch }),
    projectName,
  });

test('turns come by their messages, and those of one message as they were begun', async () => {
  const message = { tenantId: 'T1', channelId: 'C1', messageTs: '1700000000.000100' };
  const later = { ...message, messageTs: '1700000100.000100' };
  // A hash follows the time in a run id: these are in no order.
  const revisions = [0, 1, 2, 3].map((revision) => runIdFor(message, revision));
  expect(revisions).not.toEqual(revisions.toSorted());
  const begun = [revisions[0], runIdFor(later), ...revisions.slice(1)].filter((id) => id !== undefined);
  for (const runId of begun) await sendTrace(recorder, runId, 'a session');
  const turns = await threads('p').turns('a session');
  expect(turns.map(({ runId }) => runId)).toEqual([...revisions, runIdFor(later)]);
});

test('a project that is not there is said, and not made', async () => {
  const { turns, threadUrl } = bound(threads('mistyped'));
  for (const read of [turns, threadUrl])
    await expect(read('a session')).rejects.toThrow(
      /^LANGSMITH_PROJECT must be a project that LangSmith has/,
    );
  expect(recorder.projects()).toEqual([]);
});

function bound(all: TracedThreads) {
  return {
    turns: (sessionId: string) => all.turns(sessionId),
    threadUrl: (sessionId: string) => all.threadUrl(sessionId),
  };
}
