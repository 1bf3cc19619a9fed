import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../src/config.js';
import type { Message } from '../../src/playground/slack/model.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.js';
import { startWorld, type World } from '../support/world.js';

let receiver: OtlpReceiver;
let world: World;

async function start(env: Record<string, string>, change: (config: Config) => Config = (config) => config) {
  receiver = await startOtlpReceiver();
  const { spans, traces } = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...env });
  world = await startWorld({ config: (config) => change({ ...config, spans, ...(traces && { traces }) }) });
}

async function end(): Promise<void> {
  await world.close();
  await receiver.close();
}

const JSON_SPANS = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
const runIdOf = ({ channelId, ts }: Message) => runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs: ts });
const traceIdOf = (message: Message) => runIdOf(message).replaceAll('-', '');
const messagesOf = (span: ReceivedSpan | undefined, side: 'input' | 'output'): unknown =>
  JSON.parse(String(span?.attributes[`gen_ai.${side}.messages`]));

/** The spans of the answer to a message, when its first has come: that is the last to end. */
async function spansOf(message: Message): Promise<ReceivedSpan[]> {
  await receiver.waitFor(1, (span) => span.traceId === traceIdOf(message) && !span.parentSpanId);
  return receiver.spans().filter(({ traceId }) => traceId === traceIdOf(message));
}

function outline(spans: readonly ReceivedSpan[], parent?: string, indent = ''): string[] {
  return spans
    .filter(({ parentSpanId }) => (parentSpanId || undefined) === parent)
    .flatMap(({ name, spanId }) => [`${indent}${name}`, ...outline(spans, spanId, `${indent}  `)]);
}

describe('beside LangSmith', () => {
  beforeAll(() =>
    start({
      ...JSON_SPANS,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr%20et',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    }),
  );
  afterAll(end);

  test('a thread of two turns is two traces of one conversation, with the ids of LangSmith', async () => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message: first } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(first);
    const { message: second } = await world.ask({ text: 'and to which card?', threadTs: first.ts });
    await world.answerTo(second);
    const turns = await world.traces(first, 2);
    const spans = [await spansOf(first), await spansOf(second)];

    expect(turns.map(({ run }) => run.id)).toEqual([runIdOf(first), runIdOf(second)]);
    expect(spans.map((turn) => outline(turn))).toEqual([
      ['invoke_agent threadsmith', '  retrieval', '  generate_response', '    chat claude-sonnet-5-5'],
      [
        ...['invoke_agent threadsmith', '  chat claude-haiku-5-5', '  retrieval', '  generate_response'],
        '    chat claude-sonnet-5-5',
      ],
    ]);
    for (const { attributes, spanId } of spans.flat()) {
      expect(attributes['gen_ai.conversation.id']).toBe(world.sessionId(first));
      expect(String(attributes['threadsmith.run_id']).replaceAll('-', '')).toMatch(new RegExp(`${spanId}$`));
      expect(attributes).toMatchObject({ 'user.id': 'U0ADA', 'threadsmith.thread_ts': first.ts });
    }
    expect(receiver.resource()).toEqual({
      'service.name': 'threadsmith',
      'service.version': expect.stringMatching(/^\d/),
      'deployment.environment.name': 'test',
    });
    const [{ path, headers } = { path: '', headers: {} }] = receiver.requests;
    expect([path, headers['x-api-key'], headers['content-encoding']]).toEqual([
      ...['/v1/traces', 's3cr et', 'gzip'],
    ]);
    expect(JSON.stringify(world.logged)).not.toContain('s3cr');
  });

  test('each span says what the conventions ask for', async () => {
    world.claude.reply(['Within ten working days, says ada@example.com.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    const [turn, retrieval, , chat] = await spansOf(message);
    const [run] = await world.traces(message);

    expect(turn?.kind).toBe(1);
    expect(turn?.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.agent.name': 'threadsmith',
      'threadsmith.outcome': 'answered',
      'threadsmith.permalink': run?.run.metadata.permalink,
    });
    expect(turn?.attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
    expect(messagesOf(turn, 'input')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'how long does a refund take?' }] },
    ]);
    const said = 'Within ten working days, says [email].';
    expect(messagesOf(turn, 'output')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: `${said} [1]` }], finish_reason: 'stop' },
    ]);

    expect(retrieval?.attributes).toMatchObject({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.retrieval.query.text': 'how long does a refund take?',
    });
    expect(JSON.parse(String(retrieval?.attributes['gen_ai.retrieval.documents']))).toContainEqual(
      expect.objectContaining({ id: expect.any(String), score: expect.any(Number), title: 'Billing' }),
    );

    expect(chat?.kind).toBe(3);
    expect(chat?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-5-5',
      'gen_ai.response.model': 'claude-sonnet-5-5',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      // With what came from the cache (600) and what went into it (50 and 150).
      'gen_ai.usage.input_tokens': 900 + 600 + 200,
      'gen_ai.usage.cache_read.input_tokens': 600,
      'gen_ai.usage.cache_creation.input_tokens': 200,
      'gen_ai.usage.output_tokens': expect.any(Number),
      'server.address': '127.0.0.1',
    });
    expect(messagesOf(chat, 'output')).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text', content: said }], finish_reason: 'stop' },
    ]);
    expect(JSON.stringify(messagesOf(chat, 'input'))).toContain('search_result');
    expect(chat?.attributes['gen_ai.system_instructions']).toContain('"type":"text"');
    for (const { status } of [turn, retrieval, chat].filter((span) => span !== undefined))
      expect(status.code ?? 0).toBe(0);
  });

  test('a failure is an error, a stop is none', async () => {
    world.claude.reply(['Begun', { error: 'overloaded_error' }]);
    const { message: failing } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(failing);
    const failed = (await spansOf(failing)).filter(({ status }) => status.code === 2);
    expect(failed.map(({ name }) => name)).toEqual(['chat claude-sonnet-5-5']);
    expect(failed[0]?.attributes['error.type']).toBe('APIError');
    expect(failed[0]?.status.message).toContain('overloaded_error');

    world.claude.reply(['Within ten working days, ', 'as a rule. ', { waitFor: new Promise(() => {}) }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.slack.waitFor(() => world.thread(message).some(({ text }) => text.startsWith('Within')));
    await world.slack.stop({ channel: message.channelId, user: 'U0ADA', threadTs: message.ts });
    const stopped = await spansOf(message);
    expect(stopped.filter(({ status }) => status.code === 2)).toEqual([]);
    const [turn] = stopped;
    expect(turn?.attributes).toMatchObject({ 'threadsmith.stopped': true });
    expect(turn?.attributes).not.toHaveProperty(['error.type']);
  });
});

describe('in the place of LangSmith', () => {
  const SECRET = `xoxb-${'1234567890-'.repeat(2)}question`;
  const question = `how long does a quokka refund of U0GRACE take? ${SECRET} ada@example.com`;
  const withoutLangSmith = (config: Config) => ({ ...config, langsmith: undefined });

  afterEach(end);

  test('nobody’s words and ids leave where they must not, and what waits is sent at the end', async () => {
    const rules = { TRACE_CONTENT: 'none', TRACE_USER_KEY: 'a key of sixteen characters' };
    await start({ ...JSON_SPANS, ...rules }, withoutLangSmith);
    world.claude.reply([`A capybara: ${SECRET}.`, { cite: 0 }]);
    const { message } = await world.ask({ text: question });
    await world.answerTo(message);
    await world.bot.stop();

    const spans = receiver.spans();
    expect(outline(spans)).toHaveLength(4);
    expect(spans[0]?.traceId).toBe(traceIdOf(message));
    for (const { attributes } of spans) {
      expect(attributes['gen_ai.conversation.id']).toBe(world.sessionId(message));
      expect(attributes['user.id']).toMatch(/^user_[0-9a-f]{16}$/);
      const texts = Object.keys(attributes).filter((name) => /messages|instructions|query/.test(name));
      expect(texts).toEqual([]);
    }
    expect(spans.find(({ name }) => name.startsWith('chat'))?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 1_700,
    });
    const received = receiver.received();
    const kept = ['quokka', 'capybara', 'ada@', SECRET, 'U0ADA', 'U0GRACE', '[not recorded]', 'ten working'];
    expect(kept.filter((text) => received.includes(text))).toEqual([]);
    expect(world.langsmith.requests()).toEqual([]);
  });
});
