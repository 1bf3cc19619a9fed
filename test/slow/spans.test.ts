import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import type { Log } from '../../src/logger.js';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { createLangSmithClient } from '../../src/tracing/client.js';
import { createSpanSink } from '../../src/tracing/otel/span-sink.js';
import type { TraceRules } from '../../src/tracing/privacy.js';
import { createTracer, type Tracer } from '../../src/tracing/tracer.js';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.js';
import { ROOT } from '../support/source-file.js';
import { traceTurn } from '../support/trace-turn.js';
import { startWorld } from '../support/world.js';

const MEGABYTE = 1024 * 1024;

let receiver: OtlpReceiver;
let recorder: LangSmithRecorder;
let clock: number;
let lines: [level: string, fields: object, message: string][];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  recorder = await startLangSmithRecorder({ maxRuns: 100_000 });
  clock = 0;
  lines = [];
});

afterEach(async () => {
  await receiver.close();
  await recorder.close();
});

/** Bound to this test: what an earlier one has left behind goes on for a while. */
function newLog(): Log {
  const logged = lines;
  const note = (level: string) => (fields: object, message: string) => logged.push([level, fields, message]);
  return { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
}

interface Given {
  readonly env?: Record<string, string>;
  readonly langsmith?: boolean;
  readonly rules?: TraceRules;
}

function tracerWith({ env = {}, langsmith = false, rules }: Given = {}): Tracer {
  const { spans: settings } = readConfig({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t',
    ...env,
  });
  if (!settings) throw new Error('spans must be configured');
  const way = { fetch: globalThis.fetch, log: newLog(), now: () => clock };
  return createTracer({
    ...{ projectName: 'threadsmith', rules, now: Date.now },
    spans: createSpanSink({ settings, version: '1.2.3', ...way }),
    ...(langsmith && { client: createLangSmithClient({ ...recorder, ...way }) }),
  });
}

type Trouble = Parameters<OtlpReceiver['respond']>[0];
const status =
  (code: number): Trouble =>
  (response) =>
    response.writeHead(code).end('<html>no</html>');

/** Two failures in a row. */
async function beginOutage(tracer: Tracer): Promise<void> {
  receiver.respond(status(503));
  await traceTurn(tracer);
  await vi.waitFor(() => expect(lines).toHaveLength(1), 10_000);
}

const messages = () => lines.map(([level, , message]) => `${level}: ${message}`);

describe('an answer', () => {
  const troubles: [string, Trouble][] = [
    ['refuses the key', status(401)],
    ['asks for patience', status(429)],
    ['fails', status(500)],
    ['sends elsewhere', (response) => response.writeHead(307, { location: recorder.endpoint }).end()],
    ['hangs', () => {}],
    ['cuts connections', (response) => response.destroy()],
  ];
  it.each(troubles)('waits for nothing while the collector %s', async (_what, trouble) => {
    const tracer = tracerWith();
    await traceTurn(tracer);
    await tracer.flush();
    receiver.respond(trouble);
    const durations: number[] = [];
    for (let count = 0; count < 50; count += 1) {
      const before = performance.now();
      await traceTurn(tracer);
      durations.push(performance.now() - before);
    }
    durations.sort((left, right) => left - right);
    expect(durations[25]).toBeLessThan(20);
    const before = performance.now();
    expect(await tracer.flush(300)).toBe(false);
    expect(performance.now() - before).toBeLessThan(600);
    expect(recorder.requests()).toEqual([]);
    expect(JSON.stringify(lines)).not.toContain('s3cr3t');
  });

  it('costs no memory in an outage, which is a line at its beginning and one at its end', async () => {
    const tracer = tracerWith();
    await beginOutage(tracer);
    expect(messages()).toEqual(['warn: The OTLP endpoint takes no traces: spans are dropped until it does']);
    expect(lines[0]?.[1]).toEqual({ reason: 'HTTP 503', retryInMs: 30_000 });
    const long = 'words '.repeat(4_000);
    for (let count = 0; count < 500; count += 1) await traceTurn(tracer, long);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 10_000; count += 1) await traceTurn(tracer, long);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MEGABYTE);
    expect(receiver.requests).toHaveLength(2);
    expect(await tracer.flush()).toBe(false);

    receiver.respond(undefined);
    clock = 30_000;
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(lines[1]).toEqual(['info', { spansLost: 2 * 10_501 }, 'The OTLP endpoint takes traces again']);
    expect(receiver.spans()).toHaveLength(2);
  }, 60_000);
});

describe('of LangSmith and a collector', () => {
  it('one that is away takes nothing from the other, and counts what it does not get', async () => {
    const tracer = tracerWith({ langsmith: true });
    await beginOutage(tracer);
    for (let count = 0; count < 5; count += 1) await traceTurn(tracer);
    await tracer.flush();
    expect(recorder.runs()).toHaveLength(12);

    clock = 30_000;
    receiver.respond(undefined);
    recorder.fail({ status: 503 }, { on: 'ingest' });
    await traceTurn(tracer);
    await vi.waitFor(() => expect(lines).toHaveLength(3), 10_000);
    for (let count = 0; count < 5; count += 1) await traceTurn(tracer);
    await tracer.flush();
    expect(receiver.spans()).toHaveLength(12);
    expect(lines.map(([, fields, message]) => [message, fields])).toEqual([
      ['The OTLP endpoint takes no traces: spans are dropped until it does', expect.anything()],
      ['The OTLP endpoint takes traces again', { spansLost: 12 }],
      ['LangSmith takes no traces: runs are dropped until it does', expect.anything()],
    ]);

    clock = 60_000;
    recorder.recover();
    await traceTurn(tracer);
    await tracer.flush();
    // Of the answers that LangSmith was not even told of there is no score to lose.
    expect(lines.at(-1)).toEqual(['info', { runsLost: 12, feedbackLost: 1 }, 'LangSmith takes traces again']);
    expect(receiver.spans()).toHaveLength(14);
    expect(recorder.runs()).toHaveLength(14);
  }, 20_000);
});

describe('spans', () => {
  it('that the collector refuses are counted as it says, and what else it says is not passed on', async () => {
    const tracer = tracerWith();
    const partialSuccess = { rejectedSpans: 1, errorMessage: 'An answer. is too long' };
    receiver.respond((response) => response.end(JSON.stringify({ partialSuccess })));
    await traceTurn(tracer);
    await tracer.flush();
    receiver.respond(status(400));
    await traceTurn(tracer);
    await tracer.flush();
    expect(lines).toEqual([
      ['warn', { reason: 'partial success', spansLost: 1 }, 'The OTLP endpoint did not take some spans'],
    ]);
    receiver.respond((response) => response.end('thank you'));
    clock = 30_000;
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(lines.slice(1)).toEqual([['info', { spansLost: 3 }, 'The OTLP endpoint takes traces again']]);
  });

  it('go to an address in full where one is given, with both kinds of headers, under the given name', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.endpoint}/otlp/`,
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-dataset=threads',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,team=docs',
      OTEL_SERVICE_NAME: 'docs-bot',
    };
    const tracer = tracerWith({ env });
    await traceTurn(tracer);
    await tracer.flush();
    expect(receiver.requests[0]?.path).toBe('/otlp/');
    expect(receiver.requests[0]?.headers).toMatchObject({ 'x-api-key': 's3cr3t', 'x-dataset': 'threads' });
    expect(receiver.resource()).toEqual({
      'service.name': 'docs-bot',
      'service.version': '1.2.3',
      team: 'docs',
    });
    const [root] = receiver.spans();
    expect(root?.attributes['gen_ai.provider.name']).toBe('threadsmith');
  });

  it('are in protobuf unless something else is asked for, masked in the same way', async () => {
    const { spans, traces } = readConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      TRACE_CONTENT: 'full',
    });
    const world = await startWorld({
      config: (config) => ({ ...config, langsmith: undefined, spans, ...(traces && { traces }) }),
    });
    const secret = `xoxb-${'1234567890-'.repeat(2)}question`;
    world.claude.reply([`A capybara: ${secret}.`, { cite: 0 }]);
    const { message } = await world.ask({
      text: `how long does a quokka refund take? ${secret} ada@example.com`,
    });
    await world.answerTo(message);
    await world.bot.stop();
    expect(receiver.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
    const words = [
      'quokka',
      'capybara',
      'ada@example.com',
      'gen_ai.conversation.id',
      world.sessionId(message),
    ];
    expect(words.filter((text) => !receiver.received().includes(text))).toEqual([]);
    expect(receiver.received()).not.toContain(secret);
    await world.close();
  });

  it('are none of a thread that is not sampled', async () => {
    const content = { public: 'full', private: 'full', direct: 'full' } as const;
    const tracer = tracerWith({ rules: { content, sampleRate: 0 } });
    await traceTurn(tracer);
    expect(await tracer.flush()).toBe(true);
    expect(receiver.requests).toEqual([]);
  });

  it('hold up the end of the process no longer than LangSmith does, where the collector hangs', async () => {
    const { spans } = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
    const world = await startWorld({ config: (config) => ({ ...config, spans }) });
    receiver.respond(() => {});
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
    const before = performance.now();
    await world.bot.stop();
    expect(performance.now() - before).toBeLessThan(6_500);
    expect(world.logged.map(({ msg }) => msg)).toContain('not every trace was delivered before the end');
    await world.close();
  });

  it('cost nothing where none are sent: not even their packages are loaded', async () => {
    const loaded = async (then: string) => {
      const program = `
        import { createRequire } from 'node:module';
        await import('./dist/bot.js');
        ${then}
        const names = Object.keys(createRequire(import.meta.url).cache);
        console.log(names.filter((name) => /opentelemetry\\/(core|otlp|resources|sdk)/.test(name)).length);`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '--eval', program],
        { cwd: ROOT },
      );
      return Number(stdout);
    };
    expect(await loaded('')).toBe(0);
    expect(await loaded("await import('./dist/tracing/otel/otlp.js');")).toBeGreaterThan(10);
  });
});
