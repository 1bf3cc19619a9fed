import { v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../src/logger.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { createLangSmithClient } from '../../src/tracing/client.js';
import { FeedbackQueue } from '../../src/tracing/feedback-queue.js';
import { OutageWatch } from '../../src/tracing/outage.js';
import { createTracer, type Tracer } from '../../src/tracing/tracer.js';
import { haveRun } from '../support/have-run.js';

let recorder: LangSmithRecorder;
let lines: [level: string, fields: object, message: string][];
let runId: string;

beforeEach(async () => {
  recorder = await startLangSmithRecorder();
  lines = [];
  runId = v7();
  await haveRun(recorder, runId);
});
afterEach(() => recorder.close());

function newLog(): Log {
  const logged = lines;
  const note = (level: string) => (fields: object, message: string) => logged.push([level, fields, message]);
  return { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
}

function newTracer(pauseMs?: number): Tracer {
  const { endpoint, apiKey } = recorder;
  return createTracer({
    client: createLangSmithClient({ endpoint, apiKey, pauseMs, log: newLog() }),
    projectName: 'threadsmith',
  });
}

const voteOf = (person: number, score = 1) => ({ runId, userId: `U${person}`, key: 'user_score', score });
const untilTold = (message: string, times = 1) =>
  vi.waitFor(
    () => expect(lines.filter(([, , said]) => said.startsWith(message)).length).toBeGreaterThanOrEqual(times),
    10_000,
  );
const asked = () => recorder.requests().filter(({ route }) => route === 'feedback').length;

describe('feedback while LangSmith is away', () => {
  it.each([
    ['fails', { status: 503 }],
    ['refuses the key', { status: 401 }],
    ['cuts connections', { reset: true }],
  ] as const)('that %s is held, and sent when it is back, with one line for each', async (_how, fault) => {
    const tracer = newTracer(300);
    recorder.fail(fault);
    const votes = [tracer.feedback(voteOf(1)), tracer.feedback(voteOf(2))];
    await untilTold('LangSmith takes no feedback');
    // A change of mind comes after what it changes.
    votes.push(tracer.feedback(voteOf(1, 0)));
    recorder.recover();
    await Promise.all(votes);
    expect(recorder.feedback().map(({ score }) => score)).toEqual(expect.arrayContaining([0, 1]));
    expect(recorder.feedback()).toHaveLength(2);
    expect(lines.map(([level, , message]) => `${level}: ${message}`)).toEqual([
      'warn: LangSmith takes no feedback: it is held until it does',
      'info: LangSmith takes feedback again',
    ]);
    expect(JSON.stringify(lines)).not.toContain('stack');
  });

  it('goes when the traces go again, which alone is told', async () => {
    const tracer = newTracer(1_000);
    const turn = tracer.traced(
      {
        name: 'turn',
        runType: 'chain',
        root: () => ({ id: v7(), sessionId: v7(), metadata: {}, people: [] }),
        inputs: () => ({}),
        outputs: () => ({}),
      },
      async () => {},
    );
    recorder.fail({ status: 503 });
    await turn({});
    await untilTold('LangSmith takes no traces');
    const voting = tracer.feedback(voteOf(1));
    await recorder.waitFor(() => asked() > 0, 'a vote that tried');
    recorder.recover();
    const turns = setInterval(() => void turn({}), 50);
    await voting;
    await untilTold('LangSmith takes traces again').finally(() => clearInterval(turns));
    expect(recorder.feedback()).toHaveLength(1);
    expect(lines.map(([, , message]) => message).filter((message) => message.includes('feedback'))).toEqual(
      [],
    );
  });
});

describe('the queue', () => {
  const waiting = Array.from({ length: 1_003 }, (_, person) => String(person));

  function newQueue() {
    const outage = new OutageWatch({ log: newLog(), now: () => 0, keeps: false });
    const tried: string[] = [];
    const state = { isAway: true };
    const queue = new FeedbackQueue({ outage, log: newLog(), retryMs: 20 });
    const add = (id: string) =>
      queue.add(id, async () => {
        tried.push(id);
        if (state.isAway) throw new Error('away');
      });
    return { outage, state, tried, add };
  }

  it('lets one find out, holds 1,000, and counts the rest as lost', async () => {
    const { state, tried, add } = newQueue();
    const first = add('first');
    await untilTold('LangSmith takes no feedback');
    tried.length = 0;
    const all = waiting.map(add);
    await vi.waitFor(() => expect(tried.length).toBeGreaterThan(2));
    expect(tried.slice(0, 3)).toEqual(['first', '0', '1']);
    state.isAway = false;
    await Promise.all([first, ...all]);
    expect(new Set(tried).size).toBe(1_000);
    expect(lines.slice(1)).toEqual([['info', { feedbackLost: 4 }, 'LangSmith takes feedback again']]);
  });

  it('leaves it to an outage of the traces to tell what was lost', async () => {
    const { outage, state, tried, add } = newQueue();
    outage.failed('HTTP 503');
    outage.failed('HTTP 503');
    const all = waiting.map(add);
    await vi.waitFor(() => expect(tried.length).toBeGreaterThan(1_000));
    state.isAway = false;
    outage.took(true);
    await Promise.all(all);
    expect(lines.map(([, fields, message]) => [fields, message])).toEqual([
      [expect.anything(), expect.stringContaining('LangSmith takes no traces')],
      [expect.objectContaining({ feedbackLost: 3 }), 'LangSmith takes traces again'],
    ]);
  });
});

describe('the end of the process', () => {
  it('waits for a vote under way', async () => {
    const tracer = newTracer();
    recorder.fail({ delayMs: 300 }, { on: 'feedback' });
    void tracer.feedback(voteOf(1));
    expect(await tracer.flush()).toBe(true);
    expect(recorder.feedback()).toHaveLength(1);
  });

  it('tries what is held, and counts what LangSmith does not take', async () => {
    const tracer = newTracer();
    recorder.fail({ status: 503 });
    const votes = [tracer.feedback(voteOf(1)), tracer.feedback(voteOf(2)), tracer.feedback(voteOf(3))];
    await untilTold('LangSmith takes no feedback');
    expect(await tracer.flush()).toBe(false);
    expect(lines.at(-1)).toEqual(['warn', { feedbackLost: 3 }, expect.stringMatching(/^feedback is lost/)]);
    await Promise.all(votes);

    recorder.recover();
    const later = newTracer();
    recorder.fail({ status: 503 }, { times: 2 });
    void later.feedback(voteOf(4));
    await untilTold('LangSmith takes no feedback', 2);
    expect(await later.flush()).toBe(true);
    expect(recorder.feedback()).toHaveLength(1);
  });
});

describe('feedback that LangSmith refuses', () => {
  it('is told by its status alone', async () => {
    const tracer = newTracer();
    recorder.fail({ status: 422 }, { on: 'feedback' });
    const correction = { ...voteOf(1), key: 'correction', comment: 'Five wombats' };
    const error = await tracer.feedback(correction).catch((reason: unknown) => reason);
    expect(error).toEqual(new Error(`LangSmith must take "correction" on run ${runId}, got HTTP 422`));
    expect(error).not.toHaveProperty('cause');
  });
});
