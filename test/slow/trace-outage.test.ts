import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v4, v7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../src/logger.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import type { Fault } from '../../src/playground/langsmith/request-faults.js';
import { createLangSmithClient } from '../../src/tracing/client.js';
import { FailedTraces } from '../../src/tracing/failed-traces.js';
import { replayTraces } from '../../src/tracing/replay-traces.js';
import { RUN_LIMITS } from '../../src/tracing/run-limits.js';
import { createSendRuns } from '../../src/tracing/send-runs.js';
import { createTracer, type Tracer } from '../../src/tracing/tracer.js';
import { haveRun } from '../support/have-run.js';
import { newDirectory } from '../support/new-directory.js';
import { startOtlpReceiver } from '../support/otlp-receiver.js';
import { traceTurn } from '../support/trace-turn.js';

const MEGABYTE = 1024 * 1024;
const SECRET = `sk-ant-api03-${'a1B2'.repeat(8)}`;

let recorder: LangSmithRecorder;
let dir: string;
let clock: number;
let lines: [level: string, fields: object, message: string][];

beforeEach(async () => {
  recorder = await startLangSmithRecorder({ maxRuns: 100_000 });
  dir = join(await newDirectory(), 'traces');
  clock = 0;
  lines = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await recorder.close();
});

/** Bound to this test: what an earlier one has left behind goes on for a while. */
function newLog(): Log {
  const logged = lines;
  const note = (level: string) => (fields: object, message: string) => logged.push([level, fields, message]);
  return { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
}

function tracerWith(
  failedTraces?: { dir: string; maxBytes: number },
  endpoint: string = recorder.endpoint,
): Tracer {
  const { apiKey } = recorder;
  const client = createLangSmithClient({ endpoint, apiKey, failedTraces, log: newLog(), now: () => clock });
  return createTracer({ client, projectName: 'threadsmith' });
}

/** Two failures in a row. */
async function beginOutage(tracer: Tracer, fault: Fault = { status: 503 }): Promise<void> {
  recorder.fail(fault, { on: 'ingest' });
  await traceTurn(tracer);
  await recorder.waitFor(
    () => recorder.requests().filter(({ route }) => route === 'ingest').length === 2,
    'the second try',
  );
  await vi.waitFor(() => expect(lines).not.toEqual([]), 10_000);
}

const messages = () => lines.map(([level, , message]) => `${level}: ${message}`);
const replay = (onKept: (name: string, reason: string) => void = () => {}) =>
  replayTraces({ dir, send: createSendRuns({ ...recorder, fetch: globalThis.fetch }), onKept });

describe('an answer', () => {
  const faults: [string, Fault][] = [
    ['refuses the key', { status: 401 }],
    ['forbids it', { status: 403 }],
    ['asks for patience', { status: 429 }],
    ['fails', { status: 500 }],
    ['hangs', { hang: true }],
    ['is slow', { delayMs: 1_500 }],
    ['cuts connections', { reset: true }],
    ['sends elsewhere', { status: 302 }],
    ['finds the runs wrong', { status: 422 }],
  ];
  it.each(faults)('waits for nothing while LangSmith %s', async (_what, fault) => {
    const tracer = tracerWith();
    const durationsOf = async (turns: number) => {
      const durations: number[] = [];
      for (let count = 0; count < turns; count += 1) {
        const before = performance.now();
        await traceTurn(tracer);
        durations.push(performance.now() - before);
      }
      return durations.sort((left, right) => left - right);
    };
    const ninth = (durations: readonly number[]) => durations[Math.floor(durations.length * 0.9)] ?? 0;
    const usual = await durationsOf(50);
    recorder.fail(fault);
    const durations = await durationsOf(50);
    expect(ninth(durations)).toBeLessThan(20 + 2 * ninth(usual));
    // Every request takes longer than this where LangSmith is slow.
    expect(durations.at(-1)).toBeLessThan(1_000);
  });

  const outages: [string, Fault, reason: string][] = [
    ['refuses the key', { status: 401 }, 'HTTP 401'],
    ['forbids it', { status: 403 }, 'HTTP 403'],
    ['asks for patience', { status: 429 }, 'HTTP 429'],
    ['fails', { status: 500 }, 'HTTP 500'],
    ['is down', { status: 503 }, 'HTTP 503'],
    ['sends elsewhere', { status: 302 }, 'HTTP 302'],
    ['cuts connections', { reset: true }, 'ECONNRESET'],
  ];
  it.each(outages)(
    'is traced again when LangSmith no longer %s, and the log has a line for each',
    async (_what, fault, reason) => {
      const tracer = tracerWith();
      await beginOutage(tracer, fault);
      for (let count = 0; count < 5; count += 1) await traceTurn(tracer);
      expect(await tracer.flush()).toBe(false);
      expect(recorder.requests().filter(({ route }) => route === 'ingest')).toHaveLength(2);

      recorder.recover();
      clock = 30_000;
      const runId = await traceTurn(tracer);
      expect(await tracer.flush()).toBe(true);
      expect(recorder.runs().map(({ traceId }) => traceId)).toEqual([runId, runId]);
      expect(lines).toEqual([
        ['warn', { reason, retryInMs: 30_000 }, 'LangSmith takes no traces: runs are dropped until it does'],
        ['info', { runsLost: 12, feedbackLost: 1 }, 'LangSmith takes traces again'],
      ]);
    },
  );

  it('is not told of twice where LangSmith hangs and more comes than may wait', async () => {
    const tracer = tracerWith();
    recorder.fail({ hang: true }, { on: 'ingest' });
    const long = 'x'.repeat(MEGABYTE);
    for (let count = 0; count < 20; count += 1) await traceTurn(tracer, `${count}${long}`);
    await vi.waitFor(() => expect(lines).toHaveLength(1), 15_000);
    await tracer.flush();
    recorder.recover();
    clock = 30_000;
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(messages()).toEqual([
      'warn: LangSmith takes no traces: runs are dropped until it does',
      'info: LangSmith takes traces again',
    ]);
    expect(lines[1]?.[1]).toMatchObject({ runsLost: 40 });
  }, 40_000);

  it('that LangSmith finds wrong is lost, in two lines however many there are', async () => {
    const tracer = tracerWith();
    recorder.fail({ status: 422 }, { on: 'ingest' });
    for (let count = 0; count < 5; count += 1) {
      await traceTurn(tracer);
      expect(await tracer.flush()).toBe(false);
    }
    expect(lines).toEqual([
      ['warn', { reason: 'HTTP 422', runsLost: 2 }, 'LangSmith did not take some runs'],
    ]);
    recorder.recover();
    await traceTurn(tracer);
    await tracer.flush();
    expect(lines).toHaveLength(1);
    clock = 30_000;
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(lines.slice(1)).toEqual([
      ['info', { runsLost: 10, feedbackLost: 5 }, 'LangSmith takes traces again'],
    ]);
  }, 20_000);

  it('is sent to no other address, and neither is the key', async () => {
    const elsewhere = await startOtlpReceiver();
    elsewhere.respond((response) =>
      response.writeHead(302, { location: `${recorder.endpoint}/login` }).end(),
    );
    const tracer = tracerWith(undefined, elsewhere.endpoint);
    await traceTurn(tracer);
    expect(await tracer.flush(3_000)).toBe(false);
    await vi.waitFor(() => expect(lines[0]?.[1]).toMatchObject({ reason: 'HTTP 302' }));
    const client = createLangSmithClient({ ...recorder, endpoint: elsewhere.endpoint, log: newLog() });
    await expect(
      client.direct.createFeedback({ runId: v7(), sessionId: v4(), key: 'user_score' }),
    ).rejects.toThrow();
    expect(elsewhere.requests.length).toBeGreaterThan(2);
    expect(recorder.requests()).toEqual([]);
    await elsewhere.close();
  });

  it('costs no memory in an outage, however long it lasts', async () => {
    const tracer = tracerWith();
    await beginOutage(tracer);
    const long = 'words '.repeat(4_000);
    for (let count = 0; count < 500; count += 1) await traceTurn(tracer, long);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 10_000; count += 1) await traceTurn(tracer, long);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MEGABYTE);
    expect(recorder.requests().filter(({ route }) => route === 'ingest')).toHaveLength(2);
    expect(messages()).toEqual([expect.stringContaining('warn: LangSmith takes no traces')]);

    recorder.recover();
    clock = 30_000;
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(lines[1]).toMatchObject(['info', { runsLost: 2 * 10_501 }, 'LangSmith takes traces again']);
    expect(recorder.runs()).toHaveLength(2);
  }, 60_000);

  it('is traced within a bound of memory where LangSmith hangs, and what does not fit is counted', async () => {
    const tracer = tracerWith();
    recorder.fail({ delayMs: 300 }, { on: 'ingest' });
    const long = 'x'.repeat(MEGABYTE);
    const turns = 20;
    for (let count = 0; count < turns; count += 1) await traceTurn(tracer, `${count}${long}`);
    await recorder.waitFor(() => recorder.runs().length > 0, 'the first runs');
    recorder.recover();
    await tracer.flush(20_000);
    expect(messages()).toEqual([
      'warn: LangSmith takes traces too slowly: runs are dropped',
      'info: LangSmith takes traces again',
    ]);
    const arrived = recorder.runs().length;
    expect(arrived).toBeGreaterThanOrEqual(RUN_LIMITS.waitingBytes / MEGABYTE / 4);
    expect(lines[1]?.[1]).toEqual({ runsLost: 2 * turns - arrived });
  }, 30_000);
});

describe('with a folder for failed traces', () => {
  const files = async () => (await readdir(dir)).sort();

  it('nothing is lost: it is kept, and sent again when asked', async () => {
    const tracer = tracerWith({ dir, maxBytes: MEGABYTE });
    await beginOutage(tracer);
    for (let count = 0; count < 3; count += 1) {
      await traceTurn(tracer, `Answer ${count} ${SECRET}`);
      expect(await tracer.flush()).toBe(true);
    }
    expect(recorder.runs()).toEqual([]);
    expect(messages()).toEqual([expect.stringContaining('they are kept until npm run traces:replay')]);

    const names = await files();
    expect(names).toHaveLength(4);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    for (const name of names) {
      expect(name).toMatch(/^trace_\d+_[0-9a-f]{8}\.json$/);
      expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(dir, name), 'utf8')).not.toContain(recorder.apiKey);
    }

    clock = 30_000;
    recorder.recover();
    await traceTurn(tracer);
    await tracer.flush();
    expect(lines[1]).toMatchObject(['info', { runsLost: 0, runsKept: 8 }, 'LangSmith takes traces again']);
    expect(await replay()).toEqual({ sent: 4, kept: 0 });
    expect(await files()).toEqual([]);
    expect(recorder.runs()).toHaveLength(10);
    const shown = JSON.stringify(recorder.runs());
    expect(shown).toContain('Answer 2 [SECRET_DETECTED]');
    expect(shown).not.toContain(SECRET);
    for (const { endTime } of recorder.runs()) expect(endTime).toBeDefined();
  }, 30_000);

  it('ends at its cap, and says so once', async () => {
    const tracer = tracerWith({ dir, maxBytes: 5_000 });
    await beginOutage(tracer);
    for (let count = 0; count < 8; count += 1) {
      await traceTurn(tracer);
      await tracer.flush();
    }
    const sizes = await Promise.all((await files()).map(async (name) => (await stat(join(dir, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThanOrEqual(5_000);
    expect(messages().slice(1)).toEqual([
      'warn: LANGSMITH_FAILED_TRACES_DIR is full: further traces are lost',
    ]);
    clock = 30_000;
    recorder.recover();
    await traceTurn(tracer);
    await tracer.flush();
    const { runsLost = 0, runsKept = 0 } = { ...lines.at(-1)?.[1] } as {
      runsLost?: number;
      runsKept?: number;
    };
    expect(runsKept).toBe(2 * sizes.length);
    expect(runsLost + runsKept).toBe(18);
  }, 30_000);

  it('nothing is lost where more comes than LangSmith takes in time', async () => {
    const tracer = tracerWith({ dir, maxBytes: 100 * MEGABYTE });
    recorder.fail({ delayMs: 300 }, { on: 'ingest' });
    const long = 'x'.repeat(MEGABYTE);
    const turns = 6;
    for (let count = 0; count < turns; count += 1) await traceTurn(tracer, `${count}${long}`);
    recorder.recover();
    expect(await tracer.flush(20_000)).toBe(true);
    expect(messages()).toEqual([
      'warn: LangSmith takes traces too slowly: some are kept until npm run traces:replay sends them',
      'info: LangSmith takes traces again',
    ]);
    expect(lines[1]?.[1]).toMatchObject({ runsLost: 0 });
    expect(recorder.runs().length).toBeLessThan(2 * turns);
    await replay();
    expect(recorder.runs()).toHaveLength(2 * turns);
  }, 60_000);

  it('its files are counted once a minute, whoever writes and removes them', async () => {
    let now = 1_000_000_000_000;
    const kept = new FailedTraces({ dir, maxBytes: 5_000, log: newLog(), now: () => now });
    const batch = { runIds: new Set<string>(), body: new Uint8Array(100), headers: { 'Content-Type': 'x' } };
    expect(await kept.keep(batch)).toBe(true);
    const other = join(dir, 'trace_1000000000001_00000000.json');
    await writeFile(other, 'x'.repeat(5_000));
    expect(await kept.keep(batch)).toBe(true);
    now += 60_001;
    expect(await kept.keep(batch)).toBe(false);
    await rm(other);
    now += 60_001;
    expect(await kept.keep(batch)).toBe(true);
  });

  it('that cannot be written costs the traces and nothing else', async () => {
    const file = join(dir, '..', 'file');
    await writeFile(file, '');
    const tracer = tracerWith({ dir: join(file, 'traces'), maxBytes: MEGABYTE });
    await beginOutage(tracer);
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(false);
    expect(messages().slice(1)).toEqual([
      'warn: LANGSMITH_FAILED_TRACES_DIR cannot be written: traces are lost',
    ]);
  });

  it('keeps at the end of the process what a hanging LangSmith has not taken by then', async () => {
    const tracer = tracerWith({ dir, maxBytes: MEGABYTE });
    recorder.fail({ hang: true });
    await traceTurn(tracer);
    expect(await tracer.flush(1_500)).toBe(true);
    expect(await files()).toHaveLength(1);
    recorder.recover();
    expect(await replay()).toEqual({ sent: 1, kept: 0 });
    expect(recorder.runs()).toHaveLength(2);
  });
});

describe('the replay', () => {
  async function keepTraces(count: number): Promise<void> {
    const tracer = tracerWith({ dir, maxBytes: MEGABYTE });
    await beginOutage(tracer);
    for (let index = 1; index < count; index += 1) {
      await traceTurn(tracer);
      await tracer.flush();
    }
    recorder.recover();
  }

  it('of an empty or a missing folder does nothing', async () => {
    expect(await replay()).toEqual({ sent: 0, kept: 0 });
    expect(recorder.requests()).toEqual([]);
  });

  it('keeps everything while LangSmith is away, and asks only once', async () => {
    await keepTraces(3);
    const before = recorder.requests().length;
    recorder.fail({ status: 403 }, { on: 'ingest' });
    const kept: string[] = [];
    expect(await replay((_name, reason) => kept.push(reason))).toEqual({ sent: 0, kept: 3 });
    expect(kept).toEqual(['HTTP 403', 'not tried', 'not tried']);
    expect(recorder.requests().length - before).toBe(1);
    recorder.recover();
    expect(await replay()).toEqual({ sent: 3, kept: 0 });
  }, 20_000);

  it('passes over what is wrong and what is not ours', async () => {
    await keepTraces(2);
    await writeFile(join(dir, 'trace_1000000000000_00000000.json'), '{"version":1,"endpoint":"../x"');
    await writeFile(join(dir, 'trace_1000000000001_00000000.json'), '{"version":1,"endpoint":"feedback"}');
    await writeFile(join(dir, 'notes.txt'), 'mine');
    recorder.fail({ status: 422 }, { on: 'ingest', times: 1 });
    const kept: string[] = [];
    expect(await replay((_name, reason) => kept.push(reason))).toEqual({ sent: 1, kept: 3 });
    expect(kept).toEqual([
      'it holds no traces that could be sent',
      'it holds no traces that could be sent',
      'HTTP 422',
    ]);
    expect(await readdir(dir)).toHaveLength(4);
  }, 20_000);

  it('that was interrupted finds what LangSmith has already, and sends nothing twice', async () => {
    await keepTraces(2);
    const [name = ''] = (await readdir(dir)).sort();
    const copy = await readFile(join(dir, name));
    await replay();
    await writeFile(join(dir, name), copy);
    expect(await replay()).toEqual({ sent: 1, kept: 0 });
    expect(recorder.runs()).toHaveLength(4);
  }, 20_000);
});

describe('a comment on an answer', () => {
  it('is masked as its thread is, and left out where no text is recorded', async () => {
    const { endpoint, apiKey } = recorder;
    const client = createLangSmithClient({ endpoint, apiKey, log: newLog() });
    const content = { public: 'full', private: 'masked', direct: 'none' } as const;
    const tracer = createTracer({ client, projectName: 'threadsmith', rules: { content, sampleRate: 1 } });
    const comment = `Ask ada@example.com, not ${SECRET}`;
    const runId = v7();
    await haveRun(recorder, runId);
    const vote = { runId, key: 'user_score', score: 0, comment };
    for (const kind of ['public', 'private', 'direct'] as const)
      await tracer.feedback({ ...vote, userId: `U0${kind}`, conversation: [kind] });
    await tracer.feedback({ ...vote, userId: 'U0ADA' });
    expect(recorder.feedback().map((feedback) => feedback.comment)).toEqual([
      'Ask ada@example.com, not [SECRET_DETECTED]',
      'Ask [email], not [SECRET_DETECTED]',
      undefined,
      undefined,
    ]);
  });
});
