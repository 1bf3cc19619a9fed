import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { addExample } from '../../src/tracing/add-example.js';
import { createCommandClient } from '../../src/tracing/command-client.js';
import { sendTrace } from '../support/send-trace.js';

let recorder: LangSmithRecorder;
beforeEach(async () => {
  recorder = await startLangSmithRecorder();
});
afterEach(() => recorder.close());

const client = () => createCommandClient({ ...recorder, fetch: globalThis.fetch });

async function tracedTurn() {
  const runId = v7();
  await sendTrace(recorder, runId, 'a session');
  return { runId, question: 'how do I start?', answer: 'Run npm start [1].' };
}

describe('the right answer of an example', () => {
  it('is the correction that was written last, also when it was one of the first and was changed', async () => {
    const turn = await tracedTurn();
    const sessionId = recorder.projects()[0]?.id ?? '';
    const correct = (feedbackId: string, comment: string) =>
      client().createFeedback(turn.runId, 'correction', { feedbackId, comment, sessionId });
    const [first, second] = [v7(), v7()];
    await correct(first, 'Run it.');
    await correct(second, 'Run npm start.');
    const added = () => addExample(client(), { dataset: 'd', turn, before: [] });
    expect(await added()).toMatchObject({ status: 'added' });
    expect(recorder.examples()).toMatchObject([{ outputs: { answer: 'Run npm start.' } }]);
    await client().updateFeedback(first, { comment: 'Run npm ci, then npm start.' });
    expect(await added()).toMatchObject({ status: 'changed' });
    expect(recorder.examples()).toMatchObject([{ outputs: { answer: 'Run npm ci, then npm start.' } }]);
  });
});

describe('an example', () => {
  it('is added once by two people at the same time', async () => {
    const turn = await tracedTurn();
    const add = (answer: string) => addExample(client(), { dataset: 'd', turn, before: [], answer });
    const both = await Promise.all([add('One.'), add('Another.')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['added', 'changed']);
    expect(recorder.examples()).toHaveLength(1);
  });

  it('leaves out what was not said', async () => {
    const turn = await tracedTurn();
    const before = [{ ...turn, question: 'and why?', answer: '' }];
    await addExample(client(), { dataset: 'd', turn, before, answer: 'Run it.' });
    expect(recorder.examples()).toMatchObject([{ inputs: { turns: [{ role: 'user', text: 'and why?' }] } }]);
  });
});
