import { Client } from 'langsmith';
import { v4, v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../src/logger.js';
import { claudeRequest } from '../../src/models/claude-request.js';
import type { ReceivedRun, ReceivedTree } from '../../src/playground/langsmith/received-run.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import type { Fault } from '../../src/playground/langsmith/request-faults.js';
import { createAnswer } from '../../src/rag/answer.js';
import type { Outcome } from '../../src/rag/answer-event.js';
import type { AnswerRequest } from '../../src/rag/answer-request.js';
import type { ChatEvent, ChatModel, ChatRequest } from '../../src/rag/chat-model.js';
import { createCondense } from '../../src/rag/condense.js';
import { createGenerator } from '../../src/rag/generator.js';
import type { Passage } from '../../src/rag/passage.js';
import { boundedFetch } from '../../src/tracing/bounded-fetch.js';
import { createLangSmithClient, type LangSmithClient } from '../../src/tracing/client.js';
import { callAnthropic } from '../../src/tracing/runs/call-anthropic.js';
import { extractAnswer } from '../../src/tracing/runs/extract-answer.js';
import { generateResponse } from '../../src/tracing/runs/generate-response.js';
import { langsmithRag } from '../../src/tracing/runs/langsmith-rag.js';
import { retrieveDocuments } from '../../src/tracing/runs/retrieve-documents.js';
import { TraceScores } from '../../src/tracing/trace-scores.js';
import { createTracer, type Tracer } from '../../src/tracing/tracer.js';
import { haveRun } from '../support/have-run.js';

const MODEL = 'claude-sonnet-5-5';

const passage: Passage = {
  id: 'p1',
  documentId: 'd1',
  title: 'Deploying',
  headings: ['Rollback'],
  text: 'Roll back with kubectl rollout undo.',
  url: 'https://docs.example.com/deploying#rollback',
  source: 'handbook',
  score: 1.5,
};

type LogLine = [level: string, fields: object, message: string];

let recorder: LangSmithRecorder;
let lines: LogLine[];
let clock: number;
let tracer: Tracer;

beforeEach(async () => {
  recorder = await startLangSmithRecorder();
  lines = [];
  clock = 0;
  tracer = tracerTo(recorder, lines);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await recorder.close();
});

function tracerTo(to: LangSmithRecorder, logged: LogLine[]): Tracer {
  return createTracer({ client: clientTo(to, logged), projectName: 'threadsmith' });
}

function clientTo({ endpoint, apiKey }: LangSmithRecorder, logged: LogLine[]): LangSmithClient {
  const note = (level: string) => (fields: object, message: string) => logged.push([level, fields, message]);
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  return createLangSmithClient({ apiKey, endpoint, log, now: () => clock });
}

/** Answers with the question, in two pieces, and a citation. */
const echo: ChatModel = async function* ({ question }) {
  yield { type: 'text', text: 'You asked: ' };
  await Promise.resolve();
  yield { type: 'text', text: question };
  yield { type: 'citation', passage: 0, quote: 'kubectl rollout undo' };
  yield {
    type: 'end',
    message: {
      provider: 'anthropic',
      model: `${MODEL}-20261001`,
      stopReason: 'end_turn',
      content: [{ type: 'text', text: `You asked: ${question}` }],
      usage: { input: 100, output: 7, cacheRead: 40, cacheWrite: 10 },
    },
  };
};

/** The chain as the bot builds it, with another model and no index. */
function chain(model: ChatModel = echo, on: Tracer = tracer) {
  const spec = callAnthropic({ model: MODEL, request: (request) => claudeRequest(MODEL, request) });
  const retrieve = on.traced(retrieveDocuments, async ({ signal }) => {
    signal.throwIfAborted();
    await Promise.resolve();
    return { passages: [passage], mode: 'keyword', indexEmpty: false } as const;
  });
  const generate = on.tracedStream(
    generateResponse,
    createGenerator({ model: on.tracedStream(spec, model) }),
  );
  const condense = createCondense({});
  return on.tracedStream(
    langsmithRag,
    createAnswer({ condense, retrieve, generate, emptyIndexText: 'nothing yet' }),
  );
}

function request(fields: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    question: 'How do I roll back?',
    askedAt: Date.UTC(2026, 10, 2),
    turns: [],
    sessionId: v4(),
    runId: v7(),
    labels: { team: 'T1', channel: 'C1' },
    signal: new AbortController().signal,
    ...fields,
  };
}

/** An answer that ends so. */
function ending(end: { outcome: Outcome; citationsDropped: number }) {
  return tracer.tracedStream(langsmithRag, async function* () {
    yield { type: 'done', sources: [], ...end } as const;
  });
}

async function collect<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function outline({ run, children }: ReceivedTree): object {
  return { [`${run.name} ${run.runType}`]: children.map(outline) };
}

function runNamed(name: string): ReceivedRun {
  const run = recorder.runs().find((candidate) => candidate.name === name);
  if (!run) throw new Error(`no run "${name}" among ${recorder.runs().map((other) => other.name)}`);
  return run;
}

describe('a thread', () => {
  it('is two traces under one session, with the notebook’s tree', async () => {
    const sessionId = v4();
    const answer = chain();
    const first = request({ sessionId });
    const turns = [
      { role: 'user', text: first.question, messageTs: '1.1', userId: 'U1' },
      { role: 'assistant', text: 'kubectl.', messageTs: '1.2' },
    ] as const;
    const second = request({ sessionId, turns, question: 'And on Windows?' });
    for (const turn of [first, second]) await collect(answer(turn));
    expect(await tracer.flush()).toBe(true);

    const thread = recorder.thread(sessionId);
    expect(thread.map(({ run }) => run.id)).toEqual([first.runId, second.runId]);
    const tree = {
      'langsmith_rag chain': [
        { 'retrieve_documents retriever': [] },
        { 'generate_response chain': [{ 'call_anthropic llm': [] }] },
      ],
    };
    expect(thread.map(outline)).toEqual([tree, tree]);
    const runs = recorder.runs();
    expect(runs).toHaveLength(8);
    for (const run of runs) {
      expect(run.metadata).toMatchObject({ session_id: sessionId, team: 'T1', channel: 'C1' });
      expect(run.metadata.ls_agent_type).toBe(run.parentRunId === undefined ? 'root' : undefined);
      expect(run.endTime).toBeGreaterThanOrEqual(run.startTime);
      expect(run).toMatchObject({ projectName: 'threadsmith', error: undefined });
    }
    const filteredBy = runs.map(({ name, metadata }) => ({ name, metadata }));
    expect(JSON.stringify(filteredBy)).not.toContain('U1');
  });

  it('shows each step in LangSmith’s own forms', async () => {
    const turn = request({ turns: [{ role: 'user', text: 'Hello', messageTs: '1.1' }] });
    await collect(chain()(turn));
    await tracer.flush();

    const root = runNamed('langsmith_rag');
    expect(root.inputs).toEqual({ messages: [{ role: 'user', content: turn.question }] });
    expect(root.outputs).toEqual({
      messages: [{ role: 'assistant', content: `You asked: ${turn.question} [1]` }],
    });
    expect(root.metadata).toMatchObject({ outcome: 'answered', ls_message_format: 'anthropic' });

    const retrieval = runNamed('retrieve_documents');
    expect(retrieval.inputs).toEqual({ query: `Hello\n${turn.question}` });
    const { text, url, source, score } = passage;
    expect(retrieval.outputs).toMatchObject({
      documents: [
        { page_content: text, type: 'Document', metadata: { title: 'Deploying', url, source, score } },
      ],
    });
    expect(retrieval.metadata).toMatchObject({ retrieval_mode: 'keyword' });

    const generation = runNamed('generate_response');
    expect(generation.inputs).toEqual({
      question: turn.question,
      documents: [{ id: 'p1', title: 'Deploying', url }],
    });
    expect(generation.outputs).toMatchObject({ sources: [{ number: 1, id: 'p1' }] });

    const call = runNamed('call_anthropic');
    const { system, messages, model } = claudeRequest(MODEL, {
      ...turn,
      system: String(systemOf(call)),
      passages: [passage],
    });
    expect(call.inputs).toMatchObject({ model, system, messages });
    expect(call.outputs).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: `You asked: ${turn.question}` }],
      stop_reason: 'end_turn',
    });
    expect(call.metadata).toMatchObject({
      ls_provider: 'anthropic',
      ls_model_name: `${MODEL}-20261001`,
      ls_model_type: 'chat',
      ls_message_format: 'anthropic',
    });
  });

  it('counts tokens once, on the call, cached ones included', async () => {
    await collect(chain()(request()));
    await tracer.flush();

    const usage = {
      input_tokens: 150,
      output_tokens: 7,
      total_tokens: 157,
      input_token_details: { cache_read: 40, ephemeral_5m_input_tokens: 10 },
    };
    const counted = recorder
      .runs()
      .filter(({ metadata, outputs }) => metadata.usage_metadata || outputs?.usage_metadata);
    expect(counted).toMatchObject([
      { name: 'call_anthropic', metadata: { usage_metadata: usage }, outputs: { usage_metadata: usage } },
    ]);
  });

  it('marks the first token once, without its text', async () => {
    await collect(chain()(request()));
    await tracer.flush();

    const events = recorder.runs().flatMap((run) => run.events.map((event) => ({ run: run.name, ...event })));
    expect(events).toEqual([{ run: 'call_anthropic', name: 'new_token', time: expect.any(String) }]);
  });

  it('does not mix with 19 others at the same time', async () => {
    const answer = chain();
    const threads = Array.from({ length: 20 }, (_, index) => request({ question: `Question ${index}?` }));
    await Promise.all(threads.map((turn) => collect(answer(turn))));
    await tracer.flush();

    for (const { sessionId, runId, question } of threads) {
      const [turn, ...others] = recorder.thread(sessionId);
      expect(others).toEqual([]);
      expect(turn?.run).toMatchObject({ id: runId, inputs: { messages: [{ content: question }] } });
      const members = recorder.runs().filter((run) => run.traceId === runId);
      expect(members.map(({ name }) => name).sort()).toEqual([
        'call_anthropic',
        'generate_response',
        'langsmith_rag',
        'retrieve_documents',
      ]);
      expect(members.every(({ metadata }) => metadata.session_id === sessionId)).toBe(true);
    }
  });

  it('is not part of the turn in whose course it begins', async () => {
    const answer = chain();
    const inner = request();
    const outer = tracer.tracedStream(langsmithRag, async function* () {
      yield* answer(inner);
    });
    await collect(outer(request()));
    await tracer.flush();
    expect(recorder.thread(inner.sessionId).map(outline)).toHaveLength(1);
    expect(recorder.thread(inner.sessionId)[0]?.run.id).toBe(inner.runId);
  });
});

describe('streams', () => {
  it('keep their pace: nothing is read before it is asked for', async () => {
    const asked: number[] = [];
    const counting = tracer.tracedStream(langsmithRag, async function* () {
      for (let count = 0; count < 3; count += 1) {
        asked.push(count);
        yield { type: 'text', text: `${count}` } as const;
      }
    });
    const events = counting(request())[Symbol.asyncIterator]();
    expect(asked).toEqual([]);
    await events.next();
    expect(asked).toEqual([0]);
    await events.next();
    expect(asked).toEqual([0, 1]);
  });

  it('reject with the very error, and the run names it without its words', async () => {
    const failure = Object.assign(new TypeError('prompt: "my salary is …"'), { status: 529 });
    const model = tracer.tracedStream(extractAnswer, async function* (): AsyncGenerator<ChatEvent> {
      yield { type: 'text', text: 'So far' };
      throw failure;
    });
    const turn = tracer.tracedStream(langsmithRag, async function* () {
      for await (const event of model(chatRequest())) if (event.type === 'text') yield event;
    });
    await expect(collect(turn(request()))).rejects.toBe(failure);
    await tracer.flush();

    expect(runNamed('extract_answer')).toMatchObject({
      error: 'TypeError 529',
      outputs: { answer: 'So far' },
    });
    expect(runNamed('langsmith_rag')).toMatchObject({
      error: 'TypeError 529',
      outputs: { messages: [{ content: 'So far' }] },
    });
    expect(JSON.stringify(recorder.runs())).not.toContain('salary');
  });

  it('end their sources and runs when the reader leaves', async () => {
    const left: string[] = [];
    const answer = chain(async function* () {
      try {
        yield { type: 'text', text: 'Once upon a time' };
        yield { type: 'text', text: ' never read' };
      } finally {
        left.push('the model');
      }
    });
    for await (const event of answer(request())) if (event.type === 'text') break;
    expect(left).toEqual(['the model']);
    await tracer.flush();

    for (const name of ['call_anthropic', 'generate_response', 'langsmith_rag']) {
      const run = runNamed(name);
      expect(run.endTime).toBeDefined();
      expect(run.error).toBeUndefined();
      expect(run.metadata).toMatchObject({ stopped: true });
      expect(JSON.stringify(run.outputs)).toContain('Once upon a time');
    }
    expect(runNamed('retrieve_documents').metadata.stopped).toBeUndefined();
  });

  it('fail as promises do', async () => {
    const abort = new AbortController();
    abort.abort();
    const turn = request({ signal: abort.signal });
    await expect(collect(chain()(turn))).rejects.toBe(abort.signal.reason);
    await tracer.flush();
    expect(runNamed('retrieve_documents')).toMatchObject({ error: expect.stringContaining('AbortError') });
    expect(runNamed('langsmith_rag')).toMatchObject({ error: expect.stringContaining('AbortError') });
  });
});

describe('what is sent', () => {
  it('holds no secrets, and keeps its session', async () => {
    const key = `sk-ant-api03-${'a1B2'.repeat(8)}`;
    const turn = request({ question: `My key ${key} does not work, nor does "password = hunter2hunter2"` });
    await collect(chain()(turn));
    await tracer.flush();

    const sent = JSON.stringify(recorder.runs());
    expect(sent).not.toContain(key);
    expect(sent).not.toContain('hunter2hunter2');
    expect(sent).toContain('[SECRET_DETECTED] does not work');
    expect(recorder.thread(turn.sessionId)).toHaveLength(1);
  });

  it('does not depend on the environment', async () => {
    vi.stubEnv('LANGSMITH_TRACING', 'false');
    vi.stubEnv('LANGSMITH_HIDE_INPUTS', 'true');
    vi.stubEnv('LANGSMITH_PROJECT', 'elsewhere');
    vi.stubEnv('LANGSMITH_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('LANGSMITH_API_KEY', 'lsv2_pt_other');
    vi.stubEnv('LANGSMITH_TRACING_SAMPLING_RATE', '0');
    vi.stubEnv('LANGSMITH_TRACING_MODE', 'otel');
    vi.stubEnv('LANGSMITH_RUNS_ENDPOINTS', '{"http://127.0.0.1:9":"lsv2_pt_other"}');
    vi.stubEnv('LANGSMITH_NOTE', 'from the environment');
    const fresh = tracerTo(recorder, lines);
    await collect(chain(echo, fresh)(request()));
    expect(await fresh.flush()).toBe(true);

    expect(recorder.runs()).toHaveLength(4);
    expect(runNamed('langsmith_rag')).toMatchObject({
      projectName: 'threadsmith',
      inputs: { messages: [{}] },
    });
    expect(JSON.stringify(recorder.runs())).not.toContain('from the environment');
  });

  it('is nothing for a step outside of a turn', async () => {
    const retrieve = tracer.traced(
      retrieveDocuments,
      async () => ({ passages: [], mode: 'keyword', indexEmpty: true }) as const,
    );
    expect(await retrieve({ question: 'x', signal: new AbortController().signal })).toMatchObject({
      indexEmpty: true,
    });
    await tracer.flush();
    expect(recorder.requests()).toEqual([]);
  });

  it('is nothing with tracing off, and functions stay what they are', async () => {
    const off = createTracer(undefined);
    const model: ChatModel = echo;
    expect(off.tracedStream(extractAnswer, model)).toBe(model);
    await off.feedback({ runId: v7(), userId: 'U1', key: 'user_score', score: 1 });
    expect(await off.flush()).toBe(true);
  });
});

describe('feedback', () => {
  const vote = {
    runId: '019ffa30-0000-7000-8000-000000000001',
    userId: 'U_ALICE',
    key: 'user_score',
    score: 1,
  };

  it('is made once and changed afterwards, for each person, and names nobody', async () => {
    await haveRun(recorder, vote.runId);
    await tracer.feedback(vote);
    await tracer.feedback({ ...vote, score: 0, comment: 'outdated' });
    await tracer.feedback({ ...vote, userId: 'U_BOB' });

    expect(recorder.feedback()).toMatchObject([
      {
        runId: vote.runId,
        traceId: vote.runId,
        key: 'user_score',
        score: 0,
        comment: 'outdated',
        changes: 1,
        sourceType: 'app',
      },
      { score: 1, changes: 0 },
    ]);
    for (const { projectId } of recorder.feedback()) expect(projectId).toBe(recorder.runs()[0]?.projectId);
    const projects = recorder.requests().filter(({ route }) => route === 'projects');
    expect(projects.map(({ method }) => method)).toEqual(['GET']);
    expect(JSON.stringify(recorder.feedback())).not.toMatch(/ALICE|BOB/);
  });

  it('waits for its run, which may be the first of the project', async () => {
    const voting = tracer.feedback(vote);
    await recorder.waitFor(
      () =>
        recorder
          .requests()
          .some(({ path, method, status }) => `${method} ${path} ${status}` === 'POST /feedback 404'),
      'a vote that came too early',
    );
    await haveRun(recorder, vote.runId);
    await voting;
    expect(recorder.feedback()).toMatchObject([{ score: 1, projectId: recorder.runs()[0]?.projectId }]);
    const projects = recorder.requests().filter(({ route }) => route === 'projects');
    expect(projects.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('follows a quick change of mind', async () => {
    await haveRun(recorder, vote.runId);
    await Promise.all([1, 0, 1, 0].map((score) => tracer.feedback({ ...vote, score })));
    expect(recorder.feedback()).toMatchObject([{ score: 0, changes: 3 }]);
  });

  it('says what was not recorded, and works again afterwards', async () => {
    await haveRun(recorder, vote.runId);
    recorder.fail({ status: 422 }, { times: 1, on: 'projects' });
    await expect(tracer.feedback(vote)).rejects.toThrow(
      /^LangSmith must take "user_score" on run 019ffa30-[-0-9a-f]*, got HTTP 422$/,
    );
    await tracer.feedback(vote);
    expect(recorder.feedback()).toMatchObject([{ score: 1 }]);
  });

  it('is given by the program too: whether it answered, and how many citations did not hold', async () => {
    const turns = [request(), request(), request()] as const;
    const ends = [
      { outcome: 'answered', citationsDropped: 0 },
      { outcome: 'not_found', citationsDropped: 0 },
      { outcome: 'partial', citationsDropped: 2 },
    ] as const;
    for (const [index, end] of ends.entries()) await collect(ending(end)(turns[index] ?? request()));
    expect(recorder.feedback()).toEqual([]);
    await tracer.flush();

    const [first, second, third] = turns.map(({ runId }) => runId);
    const given = recorder.feedback().map(({ runId, key, score }) => [runId, key, score]);
    expect(given).toHaveLength(4);
    expect(given).toEqual(
      expect.arrayContaining([
        [first, 'answered', 1],
        [second, 'answered', 0],
        [third, 'answered', 1],
        [third, 'citations_dropped', 2],
      ]),
    );
    for (const each of recorder.feedback()) {
      const { projectId } = runNamed('langsmith_rag');
      expect(each).toMatchObject({
        traceId: each.runId,
        projectId,
        sourceType: 'api',
        extendsRetention: false,
      });
    }
    const metadata = recorder.runs().map((run) => [run.metadata.outcome, run.metadata.citations_dropped]);
    expect(metadata).toContainEqual(['partial', 2]);
  });

  it('is given by the program for no answer that failed, was left, or was never traced', async () => {
    for await (const _event of ending({ outcome: 'answered', citationsDropped: 0 })(request())) break;
    const failing = tracer.tracedStream(langsmithRag, async function* () {
      yield { type: 'status', status: 'searching' } as const;
      throw new Error('broken');
    });
    await expect(collect(failing(request()))).rejects.toThrow('broken');
    await tracer.flush();
    expect(recorder.feedback()).toEqual([]);
  });

  it('of the program waits for its run, and is lost without a word when LangSmith is away', async () => {
    recorder.fail({ status: 404 }, { times: 1, on: 'feedback' });
    const client = clientTo(recorder, lines);
    const rest = { projectId: async () => v4(), delaysMs: [1, 1] };
    const runId = v7();
    await haveRun(recorder, runId);
    new TraceScores({ client, ...rest }).add(runId, () => [{ key: 'answered', score: 1 }]);
    await recorder.waitFor(
      () => recorder.feedback().length === 1,
      'the feedback that came too early at first',
    );
    recorder.fail({ hang: true }, { on: 'feedback' });
    const { apiKey, endpoint: apiUrl } = recorder;
    // What LangSmith refuses, or hangs up on, the SDK tries again for half a minute; what took too long it does not.
    const direct = new Client({ apiKey, apiUrl, fetchImplementation: boundedFetch(fetch, 500) });
    const scores = new TraceScores({ client: { ...client, direct }, ...rest });
    scores.add(runId, () => [{ key: 'citations_dropped', score: 1 }]);
    scores.add(runId, () => {
      throw new Error('a mistake in the spec');
    });
    await scores.settle();
    expect(recorder.requests().filter(({ route }) => route === 'feedback')).toHaveLength(3);
    expect(recorder.feedback()).toMatchObject([{ key: 'answered' }]);
    expect(lines).toEqual([]);
  });

  it('does not wait for an outage of the traces', async () => {
    await haveRun(recorder, vote.runId);
    recorder.fail({ status: 503 }, { on: 'ingest' });
    await outage();
    await tracer.feedback(vote);
    expect(recorder.feedback()).toMatchObject([{ score: 1 }]);
  });
});

/** What is logged when a LangSmith of its own fails so. */
async function firstLine([reason, fault]: [string, Fault]): Promise<[string, LogLine | undefined]> {
  const failing = await startLangSmithRecorder();
  failing.fail(fault, { on: 'ingest' });
  const logged: LogLine[] = [];
  const own = tracerTo(failing, logged);
  await collect(chain(echo, own)(request()));
  await own.flush(10_000);
  await failing.close();
  return [reason, logged[0]];
}

/** A turn and the SDK's one retry (after 1 to 2 s): two failures in a row. */
async function outage(): Promise<void> {
  await collect(chain()(request()));
  await tracer.flush(10_000);
}

describe('an outage', () => {
  const sent = () => recorder.requests().filter(({ route }) => route === 'ingest').length;

  it('is noticed after two failures, costs nothing while it lasts, and is counted', async () => {
    const console_ = vi.spyOn(console, 'warn').mockImplementation(() => {});
    recorder.fail({ status: 500 }, { on: 'ingest' });
    await outage();
    expect(sent()).toBe(2);
    for (let turn = 0; turn < 3; turn += 1) {
      await collect(chain()(request()));
      expect(await tracer.flush()).toBe(false);
    }
    expect(sent()).toBe(2);

    clock = 30_000;
    await collect(chain()(request()));
    await tracer.flush();
    expect(sent()).toBe(3);
    recorder.recover();
    clock = 59_999;
    await collect(chain()(request()));
    await tracer.flush();
    expect(sent()).toBe(3);
    expect(recorder.runs()).toEqual([]);

    clock = 60_000;
    await collect(chain()(request()));
    expect(await tracer.flush()).toBe(true);
    expect(recorder.runs()).toHaveLength(4);
    expect(lines).toEqual([
      ['warn', { reason: 'HTTP 500', retryInMs: 30_000 }, expect.stringContaining('takes no traces')],
      ['info', { runsLost: 6 * 4, feedbackLost: 2 }, expect.stringContaining('takes traces again')],
    ]);
    expect(console_).not.toHaveBeenCalled();
    console_.mockRestore();
  });

  it('begins with a refused key, a rate limit or a cut connection too', async () => {
    const faults: [string, Fault][] = [
      ['HTTP 401', { status: 401 }],
      ['HTTP 429', { status: 429 }],
      ['ECONNRESET', { reset: true }],
    ];
    for (const [reason, line] of await Promise.all(faults.map(firstLine))) {
      expect(line).toEqual(['warn', { reason, retryInMs: 30_000 }, expect.any(String)]);
    }
  });

  it('is none when the second try succeeds, and nothing is lost', async () => {
    recorder.fail({ status: 503 }, { times: 1, on: 'ingest' });
    await collect(chain()(request()));
    expect(await tracer.flush()).toBe(true);
    expect(recorder.runs()).toHaveLength(4);
    expect(lines).toEqual([]);
  });

  it('is none when only some batches fail: those are reported', async () => {
    recorder.fail({ status: 503 }, { times: 1, on: 'ingest' });
    await collect(chain()(request()));
    await recorder.waitFor(() => recorder.requests().some(({ status }) => status === 503), 'a first failure');
    // Within the second that the SDK waits, another batch gets through, and the first fails again.
    await collect(chain()(request()));
    await recorder.waitFor(() => recorder.runs().length === 4, 'the second turn');
    recorder.fail({ status: 503 }, { times: 1, on: 'ingest' });
    expect(await tracer.flush()).toBe(false);
    expect(lines).toEqual([
      ['warn', { reason: 'HTTP 503', runsLost: 4 }, 'LangSmith did not take some runs'],
    ]);
  });

  it('does not hold up a flush beyond its bound', async () => {
    recorder.fail({ hang: true }, { on: 'ingest' });
    await collect(chain()(request()));
    const before = performance.now();
    expect(await tracer.flush(50)).toBe(false);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe('flush', () => {
  it('delivers all runs of many turns, each time at once', async () => {
    const answer = chain();
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all(Array.from({ length: 30 }, () => collect(answer(request()))));
      expect(await tracer.flush()).toBe(true);
      expect(recorder.runs()).toHaveLength(round * 120);
    }
    expect(recorder.runs().every(({ endTime }) => endTime !== undefined)).toBe(true);
    expect(recorder.requests().map(({ route }) => route)).not.toContain('info');
  });
});

function chatRequest(): ChatRequest {
  return {
    system: '',
    turns: [],
    question: 'x',
    askedAt: 0,
    passages: [],
    signal: new AbortController().signal,
  };
}

function systemOf({ inputs }: ReceivedRun): unknown {
  const { system } = inputs;
  return Array.isArray(system) ? system[0]?.text : system;
}
