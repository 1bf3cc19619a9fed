import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import type { ReceivedRun, ReceivedTree } from '../../src/playground/langsmith/received-run.js';
import type { Message } from '../../src/playground/slack/model.js';
import type { Reply } from '../support/claude-replay.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

let world: World;
afterEach(() => world?.close());

const ROOT = 'how long does a refund take?';
const BOTH = `${ROOT}\nand to which card?`;

/** A thread of one question and its answer. */
async function start(options?: WorldOptions): Promise<Message> {
  world = await startWorld(options);
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
  const { message } = await world.ask({ text: ROOT });
  await world.answerTo(message);
  return message;
}

async function followUp(root: Message, text = 'and to which card?'): Promise<Message> {
  const { message } = await world.ask({ text, threadTs: root.ts });
  return world.answerTo(message);
}

/** The runs of the thread's second turn by name, when all of them have come and ended. */
async function secondTurn(root: Message): Promise<(name: string) => ReceivedRun | undefined> {
  const runs = await world.langsmith.waitFor(() => {
    const received = runsOf(world.langsmith.thread(world.sessionId(root))[1]);
    const names = received.map(({ name }) => name);
    const whole = names.includes('retrieve_documents') && names.includes('generate_response');
    return whole && received.every(({ endTime }) => endTime !== undefined) && received;
  }, 'the second turn');
  return (name) => runs.find((run) => run.name === name);
}

function runsOf(tree: ReceivedTree | undefined): ReceivedRun[] {
  return tree ? [tree.run, ...tree.children.flatMap(runsOf)] : [];
}

/** The texts of a request's messages, search results aside. */
function textsOf({ messages }: Anthropic.MessageCreateParamsStreaming): string[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? [content]
      : content.flatMap((block) => (block.type === 'text' ? [block.text] : [])),
  );
}

function lastRequest(): Anthropic.MessageCreateParamsStreaming {
  const body = world.claude.requests.at(-1)?.body;
  if (!body) throw new Error('expected a request to Claude, got none');
  return body;
}

describe('a follow-up', () => {
  test('is rewritten by the small model, searched for as rewritten, and answered as asked', async () => {
    const root = await start();
    expect(world.claude.condenseRequests).toHaveLength(0);
    world.claude.condense(['To which card is a ', 'refund paid back?']);
    await followUp(root);

    expect(world.claude.condenseRequests).toHaveLength(1);
    const body = world.claude.condenseRequests[0]?.body;
    expect(body).toMatchObject({ model: 'claude-haiku-5-5', thinking: { type: 'disabled' } });
    expect(body).not.toHaveProperty('temperature');
    const prompt = String(body?.messages[0]?.content);
    expect(prompt).toContain(`@U0ADA: ${ROOT}\n\nAssistant: Within ten working days.\n`);
    expect(prompt).toContain('<message>\nand to which card?\n</message>');

    const run = await secondTurn(root);
    expect(run('retrieve_documents')?.inputs).toEqual({ query: 'To which card is a refund paid back?' });
    expect(textsOf(lastRequest()).at(-1)).toContain('and to which card?');
    const condense = run('condense_question');
    expect(condense?.runType).toBe('llm');
    expect(condense?.metadata).toMatchObject({
      session_id: world.sessionId(root),
      // Which keeps it out of the conversation view.
      ls_agent_type: 'middleware',
      ls_provider: 'anthropic',
      ls_model_name: 'claude-haiku-5-5',
    });
    expect(condense?.outputs?.usage_metadata).toMatchObject({ input_tokens: 900 + 600 + 200 });
    expect(JSON.stringify(condense?.outputs?.content)).toContain('To which card is a refund paid back?');
  });

  const failures: readonly (readonly [string, Reply])[] = [
    ['is overloaded', { status: 529, type: 'overloaded_error' }],
    ['refuses', { pieces: ['I cannot.'], stopReason: 'refusal' }],
    ['says nothing', []],
    ['breaks off', ['To which', { cut: true }]],
    ['fails midway', ['To which', { error: 'overloaded_error' }]],
    ['answers at length', ['It goes to the card that paid. '.repeat(40)]],
    ['hangs', [{ waitFor: new Promise(() => {}) }]],
  ];
  test.each(failures)(
    'is searched with the question before it when the small model %s',
    async (_name, reply) => {
      const root = await start();
      world.claude.condense(reply);
      const asked = performance.now();
      expect((await followUp(root)).text).toContain('Within ten working days. [1]');
      expect(performance.now() - asked).toBeLessThan(4_000);
      expect(world.claude.condenseRequests).toHaveLength(1);
      const run = await secondTurn(root);
      expect(run('retrieve_documents')?.inputs).toEqual({ query: BOTH });
      expect(run('condense_question')?.metadata.session_id).toBe(world.sessionId(root));
      expect(world.logged.some(({ msg }) => String(msg).startsWith('follow-up not rewritten'))).toBe(true);
    },
  );

  test('that is given up aborts the rewriting and asks nothing else', async () => {
    const root = await start({ config: (config) => ({ ...config, shutdownTimeoutMs: 50 }) });
    world.claude.condense([{ waitFor: new Promise(() => {}) }]);
    const before = world.claude.requests.length;
    await world.ask({ text: 'and to which card?', threadTs: root.ts });
    await world.slack.waitFor(() => world.claude.condenseRequests.length === 1);
    await world.bot.stop();
    await world.slack.waitFor(() => world.claude.condenseRequests[0]?.closed);
    expect(world.claude.requests).toHaveLength(before);
  });

  test('without a key for Claude is searched with the question before it, and nothing is asked of Claude', async () => {
    const root = await start({ config: (config) => ({ ...config, anthropic: undefined }) });
    expect((await followUp(root)).text).toContain('ten working days');
    const run = await secondTurn(root);
    expect(run('retrieve_documents')?.inputs).toEqual({ query: BOTH });
    expect(run('condense_question')).toBeUndefined();
    expect(world.claude.condenseRequests).toHaveLength(0);
    expect(world.claude.requests).toHaveLength(0);
  });

  test.each([':tada:', '🎉', 'thanks!', 'hello'])('of only "%s" ends with a friendly line', async (text) => {
    const root = await start();
    expect((await followUp(root, text)).text).toMatch(/^(Hello!|You’re welcome!)/);
    const { message } = await world.ask({ text });
    expect((await world.answerTo(message)).text).toMatch(/^(Hello!|You’re welcome!)/);
    expect(world.claude.condenseRequests).toHaveLength(0);
    expect(world.claude.requests).toHaveLength(1);
  });

  test('of only marks is searched with the question before it, without a rewriting', async () => {
    const root = await start();
    expect((await followUp(root, '???')).text).toContain('Within ten working days.');
    expect((await secondTurn(root))('retrieve_documents')?.inputs).toEqual({ query: `${ROOT}\n???` });
    expect(world.claude.condenseRequests).toHaveLength(0);
  });
});

describe('a thread', () => {
  /** People's messages, so many, each about 60 tokens. */
  function chatter(root: Message, count: number): void {
    const workspace = world.slack.workspace();
    for (let n = 0; n < count; n += 1) {
      workspace.add({
        channelId: root.channelId,
        userId: n % 2 ? 'U0ADA' : 'U0GRACE',
        threadTs: root.ts,
        text: `note ${n}: ${'invoices and refunds '.repeat(12)}`,
      });
    }
  }

  test('of 300 messages keeps its root and its newest, and the same beginning for the next question', async () => {
    const root = await start();
    chatter(root, 300);
    await followUp(root);
    const texts = textsOf(lastRequest());
    expect(texts[0]).toContain(ROOT);
    expect(texts.join('\n')).toMatch(/\[\d{3} earlier messages left out\]/);
    expect(texts.join('\n')).toContain('note 299: ');
    expect(texts.join('\n')).not.toContain('note 150: ');
    expect(texts.join('').length).toBeLessThan(8_000 * 4);

    const before = lastRequest().messages.slice(0, -1);
    await followUp(root, 'and how long until then?');
    const now = lastRequest().messages.slice(0, before.length);
    expect(contents(now)).toEqual(contents(before));
  });

  test('of more than 1,000 messages is read page by page', async () => {
    const root = await start();
    chatter(root, 1_200);
    await followUp(root);
    expect(world.slack.calls('conversations.replies')).toHaveLength(2);
    expect(textsOf(lastRequest()).join('\n')).toContain('note 1199: ');
  });

  test.each([
    ['at once', { times: 1 }, 'later messages could not be read'],
    ['behind the first page', { match: ({ cursor }: { cursor?: unknown }) => Boolean(cursor) }, 'note 990: '],
  ])('that Slack lets nobody read, %s, is answered all the same', async (_name, options, known) => {
    const root = await start();
    chatter(root, 1_200);
    world.slack.fail('conversations.replies', { rateLimited: 60 }, options);
    expect((await followUp(root)).text).toContain('Within ten working days.');
    const texts = textsOf(lastRequest()).join('\n');
    expect(texts).toContain(known);
    expect(texts).toContain('[later messages could not be read]');
  });

  test('is read as it was written: code, lists, links, files, other apps and deleted messages', async () => {
    const root = await start();
    const { workspace } = world.slack;
    const place = { channelId: root.channelId, threadTs: root.ts };
    const words = (text: string) => ({ type: 'text', text });
    const preformatted = { type: 'rich_text_preformatted', elements: [words('if (a < b) {\n    c();\n}')] };
    const list = {
      type: 'rich_text_list',
      style: 'ordered',
      elements: [{ type: 'rich_text_section', elements: [words('build')] }],
    };
    workspace().add({
      ...place,
      userId: 'U0GRACE',
      text: 'flattened',
      blocks: [{ type: 'rich_text', elements: [preformatted, list] }],
    });
    const section = {
      type: 'section',
      text: { type: 'mrkdwn', text: '<https://ci.example|Build 7> failed' },
    };
    workspace().add({ ...place, userId: 'U0CIBOT', text: '', blocks: [section] });
    const file = {
      id: 'F1',
      name: 'trace.log',
      mimetype: 'text/plain',
      user: 'U0ADA',
      content: new Uint8Array(),
    };
    workspace().add({ ...place, userId: 'U0ADA', text: '', files: [file] });
    await followUp(root);

    const texts = textsOf(lastRequest()).join('\n---\n');
    expect(texts).toContain('```\nif (a < b) {\n    c();\n}\n```\n1. build');
    expect(texts).not.toContain('flattened');
    expect(texts).toContain('[Build 7](https://ci.example) failed');
    expect(texts).toContain('[attached: trace.log]');
    for (const userId of ['U0ADA', 'U0GRACE', 'U0CIBOT']) expect(texts).toContain(userId);
    // The bot's own answer, without its sources and numbers.
    expect(texts).toContain('Within ten working days.');
    expect(texts).not.toMatch(/\[1\]|Sources/);
  });
});

test('a question is read from its rich text, the mention of the bot left out', async () => {
  world = await startWorld();
  world.claude.reply(['An answer.']);
  const workspace = world.slack.workspace();
  const elements = [
    {
      type: 'rich_text_section',
      elements: [
        { type: 'user', user_id: workspace.botUserId },
        { type: 'text', text: ' how do I run a refund with ' },
        { type: 'text', text: 'a && b', style: { code: true } },
      ],
    },
  ];
  const text = `<@${workspace.botUserId}> how do I run a refund with \`a &amp;&amp; b\``;
  const blocks = [{ type: 'rich_text', elements }];
  const message = workspace.add({ channelId: 'C0GENERAL', userId: 'U0ADA', text, blocks });
  await world.slack.deliver({
    ...{ type: 'app_mention', user: 'U0ADA', team: 'T0LOCAL', channel: 'C0GENERAL' },
    ...{ ts: message.ts, event_ts: message.ts, text, blocks },
  });
  await world.answerTo(message);
  const [turn] = await world.traces(message);
  expect(turn?.run.inputs).toEqual({
    messages: [{ role: 'user', content: 'how do I run a refund with `a && b`' }],
  });
});

/** What is sent, cache marks aside: they move, the words before them stay. */
function contents(messages: readonly Anthropic.MessageParam[]): unknown {
  return JSON.parse(
    JSON.stringify(messages, (name, value: unknown) => (name === 'cache_control' ? undefined : value)),
  );
}
