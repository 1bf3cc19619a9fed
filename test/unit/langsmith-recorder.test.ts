import { gzipSync } from 'node:zlib';
import { v4, v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { traceRecorder } from '../../src/playground/langsmith/trace-recorder.js';

let recorder: LangSmithRecorder;

beforeEach(async () => {
  recorder = await startLangSmithRecorder({ maxRuns: 5 });
});

afterEach(() => recorder.close());

const STAMP = '20261101T100000000001Z';

function post(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const id = v7();
  return {
    id,
    name: 'a run',
    run_type: 'chain',
    trace_id: id,
    dotted_order: `${STAMP}${id}`,
    start_time: '2026-11-01T10:00:00.000001Z',
    session_name: 'a project',
    ...fields,
  };
}

function send(path: string, init: { method?: string; body?: unknown; apiKey?: string } = {}) {
  const { method = 'POST', body, apiKey = recorder.apiKey } = init;
  return fetch(recorder.endpoint + path, {
    method,
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const batch = (runs: object, apiKey?: string) =>
  send('/runs/batch', { body: runs, ...(apiKey && { apiKey }) });

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const { status, text } = await response.then(async (answer) => ({
    status: answer.status,
    text: await answer.text(),
  }));
  return [status, text];
}

describe('runs', () => {
  it('puts the start and the end of a run together, in whatever order they come', async () => {
    const run = post({ inputs: { question: 'why?' } });
    const { id, trace_id, dotted_order } = run;
    await batch({
      patch: [{ id, trace_id, dotted_order, end_time: 1_793_527_201_000, outputs: { answer: 'so' } }],
    });
    expect(recorder.runs()).toMatchObject([{ id, name: '', outputs: { answer: 'so' } }]);

    await batch({ post: [run] });
    expect(recorder.runs()).toMatchObject([
      {
        name: 'a run',
        inputs: { question: 'why?' },
        outputs: { answer: 'so' },
        startTime: Date.UTC(2026, 10, 1, 10),
        endTime: 1_793_527_201_000,
        projectName: 'a project',
      },
    ]);
  });

  it('reads gzipped multipart and refuses parts that belong to no run', async () => {
    const { inputs, ...run } = post({ inputs: { text: 'Grüße, name="post.x"' } });
    const form = new FormData();
    form.append(`post.${run.id}`, JSON.stringify(run));
    form.append(`post.${run.id}.inputs`, JSON.stringify(inputs));
    const packed = await multipart(form);
    expect(packed.status).toBe(202);
    expect(recorder.runs()).toMatchObject([{ id: run.id, inputs }]);

    const stray = new FormData();
    stray.append(`post.${v7()}.inputs`, '{}');
    expect(await refusal(multipart(stray))).toEqual([422, expect.stringContaining('unexpected part')]);
  });

  it('keeps the newest', async () => {
    for (let count = 0; count < 8; count += 1) await batch({ post: [post({ name: `run ${count}` })] });
    expect(recorder.runs().map(({ name }) => name)).toEqual(['run 3', 'run 4', 'run 5', 'run 6', 'run 7']);
  });

  it.each([
    ['no id', post({ id: undefined }), 422, 'id must be a UUID'],
    ['an id that is no UUID', post({ id: 'turn-1' }), 422, 'id must be a UUID'],
    ['no trace', post({ trace_id: undefined }), 422, 'trace_id is required'],
    ['no order', post({ dotted_order: undefined }), 422, 'dotted_order is required'],
    ['no type', post({ run_type: undefined }), 422, 'run_type is required'],
    ['a trace that is not its own', post({ trace_id: v4() }), 400, 'trace_id does not match first part'],
    ['an order that ends elsewhere', orderedAs(v7()), 400, 'run_id does not match last part'],
    ['a child without its parent', childOf(undefined), 400, 'single part for root runs'],
    ['a child of another parent', childOf(v7()), 400, 'parent_run_id does not match'],
  ])('refuses a batch with %s, and all of it', async (_what, bad, status, message) => {
    expect(await refusal(batch({ post: [post(), bad] }))).toEqual([status, expect.stringContaining(message)]);
    expect(recorder.runs()).toEqual([]);
  });

  it('refuses the same half of a run a second time', async () => {
    const run = post();
    await batch({ post: [run] });
    expect(await refusal(batch({ post: [run] }))).toEqual([409, expect.stringContaining('already received')]);
    const end = { id: run.id, trace_id: run.trace_id, dotted_order: run.dotted_order, outputs: {} };
    expect((await batch({ patch: [end] })).status).toBe(202);
    expect((await batch({ patch: [end] })).status).toBe(409);
  });

  it('shows a thread as trees, oldest turn first', async () => {
    const first = post({ extra: { metadata: { session_id: 's' } } });
    const second = post({ dotted_order: undefined, extra: { metadata: { session_id: 's' } } });
    second.dotted_order = `20261101T110000000001Z${second.id}`;
    const child = post({ parent_run_id: first.id, trace_id: first.id });
    child.dotted_order = `${first.dotted_order}.${STAMP}${child.id}`;
    await batch({ post: [second, child, first, post({ extra: { metadata: { session_id: 'other' } } })] });

    const ids = recorder
      .thread('s')
      .map(({ run, children }) => [run.id, children.map((tree) => tree.run.id)]);
    expect(ids).toEqual([
      [first.id, [child.id]],
      [second.id, []],
    ]);
    expect(traceRecorder(recorder).runsIn('s')).toHaveLength(3);
  });
});

describe('the rest of the API', () => {
  it('asks for the key everywhere but at /info', async () => {
    expect((await send('/info', { method: 'GET', apiKey: '' })).status).toBe(200);
    expect((await batch({ post: [post()] }, 'lsv2_pt_wrong')).status).toBe(401);
    expect((await send('/sessions?name=x', { method: 'GET', apiKey: 'lsv2_pt_wrong' })).status).toBe(401);
    expect(recorder.runs()).toEqual([]);
  });

  it('makes a project with its first run or when asked, and gives it the same id each time', async () => {
    const read = async (name: string) => (await send(`/sessions?name=${name}`, { method: 'GET' })).text();
    expect(await read('docs')).toBe('[]');
    await batch({ post: [post({ session_name: 'docs' })] });
    const project = await read('docs');
    expect(JSON.parse(project)).toMatchObject([{ id: recorder.runs()[0]?.projectId, name: 'docs' }]);
    expect((await send('/sessions', { body: { name: 'docs' } })).status).toBe(409);
    expect((await send('/sessions', { body: { name: 'other' } })).status).toBe(200);
    expect(await read('docs')).toBe(project);
    expect(await read('other')).not.toBe(project);
  });

  it('makes, changes and reads feedback', async () => {
    const [id, runId] = [v4(), v7()];
    expect((await send(`/feedback/${id}`, { method: 'PATCH', body: { score: 0 } })).status).toBe(404);
    const vote = { id, run_id: runId, key: 'user_score', score: 1, feedback_source: { type: 'app' } };
    expect((await send('/feedback', { body: { ...vote, run_id: 'x' } })).status).toBe(422);
    // The run is not there yet.
    expect((await send('/feedback', { body: vote })).status).toBe(404);
    await batch({ post: [post({ id: runId, trace_id: runId, dotted_order: `${STAMP}${runId}` })] });
    expect((await send('/feedback', { body: vote })).status).toBe(200);
    expect((await send('/feedback', { body: vote })).status).toBe(409);
    expect((await send(`/feedback/${id}`, { method: 'PATCH', body: { score: 0 } })).status).toBe(200);
    expect(await (await send(`/feedback/${id}`, { method: 'GET' })).json()).toMatchObject({
      ...{ run_id: runId, score: 0, feedback_source: { type: 'app' } },
    });
    expect(recorder.feedback()).toMatchObject([{ id, runId, score: 0, sourceType: 'app', changes: 1 }]);
    expect(traceRecorder(recorder).feedbackOn(runId)).toHaveLength(1);
  });

  it('answers anything else with 404 and survives a path that is no URL', async () => {
    expect((await send('/runs/query')).status).toBe(404);
    await expect(fetch(`${recorder.endpoint}//`)).rejects.toThrow();
    expect((await send('/info', { method: 'GET' })).status).toBe(200);
  });
});

describe('faults and waiting', () => {
  it('fails as often as asked, where asked', async () => {
    recorder.fail({ status: 503 }, { times: 1, on: 'ingest' });
    recorder.fail({ reset: true }, { times: 1, on: 'ingest' });
    expect((await send('/sessions?name=x', { method: 'GET' })).status).toBe(200);
    expect((await batch({ post: [post()] })).status).toBe(503);
    await expect(batch({ post: [post()] })).rejects.toThrow();
    expect((await batch({ post: [post()] })).status).toBe(202);
    expect(recorder.runs()).toHaveLength(1);
    expect(recorder.requests().map(({ status }) => status)).toEqual([200, 503, undefined, 202]);
  });

  it('hangs until it recovers', async () => {
    recorder.fail({ hang: true });
    await expect(fetch(`${recorder.endpoint}/info`, { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      'timeout',
    );
    recorder.recover();
    recorder.fail({ delayMs: 1 });
    expect((await fetch(`${recorder.endpoint}/info`)).status).toBe(200);
  });

  it('waits for what it is asked for, and says so when it does not come', async () => {
    const seen = recorder.waitFor(() => recorder.runs()[0]?.name, 'a run');
    await batch({ post: [post({ name: 'the one' })] });
    expect(await seen).toBe('the one');
    await expect(recorder.waitFor(() => recorder.runs()[1], 'a second run', 20)).rejects.toThrow(
      'expected a second run within 20 ms',
    );
  });
});

function orderedAs(id: string): Record<string, unknown> {
  const run = post();
  return { ...run, trace_id: id, dotted_order: `${STAMP}${id}` };
}

function childOf(parentId: string | undefined): Record<string, unknown> {
  const run = post();
  const rootId = v7();
  const order = `${STAMP}${rootId}.${STAMP}${run.id}`;
  return { ...run, trace_id: rootId, dotted_order: order, parent_run_id: parentId };
}

async function multipart(form: FormData): Promise<Response> {
  const packed = new Response(form);
  return fetch(`${recorder.endpoint}/runs/multipart`, {
    method: 'POST',
    headers: {
      'x-api-key': recorder.apiKey,
      'content-type': packed.headers.get('content-type') ?? '',
      'content-encoding': 'gzip',
    },
    body: gzipSync(await packed.arrayBuffer()),
  });
}
