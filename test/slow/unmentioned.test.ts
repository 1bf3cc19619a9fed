import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/playground/slack/model.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

const ROOT = 'how long does a refund take?';
const IN_CHANNEL = { channel: 'C0HELP' };

let world: World;
afterEach(() => world?.close());

async function start(options?: WorldOptions): Promise<void> {
  world = await startWorld(options);
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
}

/** A thread of Ada's question and its answer. */
async function answered(): Promise<Message> {
  const { message } = await world.ask({ ...IN_CHANNEL, text: ROOT });
  await world.answerTo(message);
  return message;
}

/** Says something in the thread, without a mention. */
async function say(root: Message, text: string, user = 'U0ADA'): Promise<Message> {
  return (await world.slack.post({ ...IN_CHANNEL, user, text, threadTs: root.ts })).message;
}

function own(message: Message): Message[] {
  return world.thread(message).filter(({ userId }) => userId === 'U0BOT');
}

/** Everything sent before it has been handled, or never will be. */
async function untilHandled(): Promise<void> {
  const { message } = await world.ask({ text: 'what does a seat cost?' });
  await world.answerTo(message);
}

describe.each(['http', 'socket'] as const)('over %s, in a thread of two', (transport) => {
  test('the asker goes on without a mention, in the same LangSmith thread', async () => {
    await start({ transport });
    const root = await answered();
    const next = await say(root, 'and to which card?');
    expect((await world.answerTo(next)).text).toContain('Within ten working days.');
    const turns = await world.traces(root, 2);
    expect(turns[1]?.run.inputs).toEqual({ messages: [{ role: 'user', content: 'and to which card?' }] });
    expect(await world.answerTo(await say(root, 'and in cash?'))).toBeDefined();
  });
});

describe('without a mention', () => {
  test.each([
    'ok, will do',
    'never mind, that solved it',
    'lol',
    'no',
    '<!here> does anybody else know about refunds?',
    'cc <!subteam^S0123|@billing> about refunds',
  ])('"%s" is not for the bot', async (remark) => {
    await start();
    const root = await answered();
    const calls = world.slack.calls().length;
    await say(root, remark);
    expect(world.slack.calls()).toHaveLength(calls);
    await untilHandled();
    expect(own(root)).toHaveLength(1);
    expect((await world.answerTo(await say(root, 'and to which card?'))).text).toContain('ten working days');
  });

  test('another person is not answered, and from then on neither is the asker', async () => {
    await start();
    const root = await answered();
    const calls = world.slack.calls().length;
    await say(root, 'we had this last week', 'U0GRACE');
    await say(root, 'and to which card?');
    expect(world.slack.calls()).toHaveLength(calls);
    await untilHandled();
    expect(own(root)).toHaveLength(1);
    const { message } = await world.ask({ ...IN_CHANNEL, text: 'and to which card?', threadTs: root.ts });
    await world.answerTo(message);
    expect(own(root)).toHaveLength(2);
  });

  test('nobody is answered in a thread that the bot was called into', async () => {
    await start();
    const { message: root } = await world.slack.post({ ...IN_CHANNEL, user: 'U0GRACE', text: 'refunds?' });
    const { message } = await world.ask({ ...IN_CHANNEL, text: ROOT, threadTs: root.ts });
    await world.answerTo(message);
    await say(root, 'and to which card?');
    await untilHandled();
    expect(own(root)).toHaveLength(1);
  });

  test('a message of another app changes nothing', async () => {
    await start();
    const root = await answered();
    const ts = '1700000009.000100';
    const app = { user: 'U0APP', bot_id: 'B0APP', text: 'build failed', ts, thread_ts: root.ts };
    await world.slack.deliver({ type: 'message', channel: root.channelId, channel_type: 'channel', ...app });
    expect((await world.answerTo(await say(root, 'and to which card?'))).text).toContain('ten working days');
  });

  test('what names somebody else is for them', async () => {
    await start();
    const root = await answered();
    await say(root, '<@U0GRACE> is this right?');
    await untilHandled();
    expect(own(root)).toHaveLength(1);
  });

  test('nobody is answered where the admins want a mention', async () => {
    await start({ config: (config) => ({ ...config, access: { ...config.access, followUps: 'mention' } }) });
    const root = await answered();
    await say(root, 'and to which card?');
    await untilHandled();
    expect(own(root)).toHaveLength(1);
  });

  test('a redelivered follow-up is answered once', async () => {
    await start();
    const root = await answered();
    const post = { ...IN_CHANNEL, user: 'U0ADA', text: 'and to which card?', threadTs: root.ts };
    const { message, deliveries } = await world.slack.post(post);
    for (const delivery of deliveries) await world.slack.redeliver(delivery);
    await world.answerTo(message);
    for (const delivery of deliveries) await world.slack.redeliver(delivery);
    await untilHandled();
    expect(own(root)).toHaveLength(2);
  });
});

describe('"mute"', () => {
  test('has the bot wait for a mention, until "unmute", each with one confirmation', async () => {
    await start();
    const root = await answered();
    const mute = await say(root, 'Mute');
    expect((await world.answerTo(mute)).text).toMatch(/^Muted: /);
    await say(root, 'and to which card?');
    await untilHandled();
    expect(own(root)).toHaveLength(2);

    const { message } = await world.ask({ ...IN_CHANNEL, text: ROOT, threadTs: root.ts });
    expect((await world.answerTo(message)).text).toContain('ten working days');
    const { message: unmute } = await world.ask({ ...IN_CHANNEL, text: 'unmute', threadTs: root.ts });
    expect((await world.answerTo(unmute)).text).toMatch(/^I follow this thread again/);
    expect((await world.answerTo(await say(root, 'and to which card?'))).text).toContain('ten working days');
    expect(own(root)).toHaveLength(5);
  });

  test('says so where there is nothing to mute', async () => {
    await start();
    const { message } = await world.ask({ ...IN_CHANNEL, text: 'mute' });
    expect((await world.answerTo(message)).text).toMatch(/nothing to mute/);
    const { message: direct } = await world.ask({ text: 'mute', channel: 'D0ADA' });
    expect((await world.answerTo(direct)).text).toMatch(/nothing to mute/);
    expect(world.claude.requests).toEqual([]);
  });
});

describe('ten questions at once in one thread', () => {
  test('are answered in order, and the waiting ones show that they wait', async () => {
    await start();
    let go: (value?: unknown) => void = () => {};
    const gate = new Promise((resolve) => {
      go = resolve;
    });
    world.claude.reply([{ waitFor: gate }, 'Within ten working days.', { cite: 0 }]);
    const { message: root } = await world.ask({ ...IN_CHANNEL, text: ROOT });
    await world.slack.waitFor(() => world.claude.requests.length === 1);
    const waiting: Message[] = [];
    for (let n = 1; n < 10; n += 1)
      waiting.push((await world.ask({ ...IN_CHANNEL, text: `and number ${n}?`, threadTs: root.ts })).message);
    const workspace = world.slack.workspace();
    const marked = () =>
      waiting.filter(({ channelId, ts }) => workspace.message(channelId, ts)?.reactions?.size).length;
    await world.slack.waitFor(() => marked() === 9, { describe: 'nine hourglasses' });
    go();
    await world.slack.waitFor(() => own(root).filter(isClosed).length === 10, {
      describe: 'ten answers',
      timeoutMs: 20_000,
    });
    await world.slack.waitFor(() => marked() === 0, { describe: 'no hourglass any more' });
    const turns = await world.traces(root, 10);
    const asked = turns.map(({ run }) => JSON.stringify(run.inputs));
    for (let n = 1; n < 10; n += 1) expect(asked[n]).toContain(`and number ${n}?`);
  });

  test('are answered all the same when Slack lets nobody react', async () => {
    await start();
    for (const method of ['reactions.add', 'reactions.remove'])
      world.slack.fail(method, { error: 'missing_scope' });
    const root = await answered();
    const asked = await Promise.all(['one', 'two', 'three'].map((text) => say(root, `and ${text}?`)));
    await world.slack.waitFor(() => own(root).filter(isClosed).length === 1 + asked.length);
  });
});

function isClosed({ stream, blocks }: Message): boolean {
  return stream?.state !== 'in_progress' && JSON.stringify(blocks ?? []).includes('feedback_buttons');
}
