import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/playground/slack/model.js';
import { journalOf } from '../support/journal-of.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

const ROOT = 'how long does a refund take?';
const FOR_EVER = { waitFor: new Promise(() => {}) };

let world: World;
afterEach(() => world?.close());

/** A question whose answer is being written, its first words in Slack. */
async function answering(options?: WorldOptions, channel?: string): Promise<Message> {
  world = await startWorld(options);
  world.claude.reply(['Within ten working days', ' of the request, as a rule. ', FOR_EVER]);
  const { message } = await world.ask({ text: ROOT, ...(channel && { channel }) });
  await world.slack.waitFor(() => own(message)[0]?.text.startsWith('Within'));
  return message;
}

function own(message: Message): Message[] {
  return world.thread(message).filter(({ userId }) => userId === 'U0BOT');
}

/** The delivery contract after a stop. */
async function expectStopped(question: Message): Promise<void> {
  const answer = await world.answerTo(question);
  expect(answer.text).toMatch(/^Within ten working days[\s\S]*\n\n_\(stopped\)_$/);
  expect(JSON.stringify(answer.blocks)).toContain('feedback_buttons');
  await world.slack.waitFor(() => world.claude.requests[0]?.closed, { describe: 'the end of the request' });
  const workspace = world.slack.workspace();
  const threadTs = question.threadTs ?? question.ts;
  await world.slack.waitFor(() => workspace.session(question.channelId, threadTs) !== 'processing');
  expect(workspace.status(question.channelId, threadTs)).toBeUndefined();
  const journal = await journalOf(world);
  await expect.poll(() => journal.open()).toEqual([]);
  const [turn] = await world.traces(question);
  expect(turn?.run.error).toBe('Cancelled');
  expect(JSON.stringify(turn?.run.outputs)).toContain('Within ten working days');
  const errors = turn?.children.flatMap((child) => [child, ...child.children]).map(({ run }) => run);
  expect(errors?.find(({ name }) => name === 'generate_response')?.error).toBe('Cancelled');
  expect(errors?.find(({ name }) => name === 'call_anthropic')?.error).toBe('Cancelled');
  expect(world.logged.filter(({ level }) => level === 'error' || level === 50)).toEqual([]);
}

describe.each(['http', 'socket'] as const)('over %s, an answer is stopped', (transport) => {
  test("by Slack's stop button", async () => {
    const question = await answering({ transport });
    await world.slack.stop({ channel: question.channelId, user: 'U0ADA', threadTs: question.ts });
    await expectStopped(question);
  });

  test('by "stop" in the thread, without a mention', async () => {
    const question = await answering({ transport });
    const stop = { channel: question.channelId, user: 'U0GRACE', threadTs: question.ts };
    await world.slack.post({ ...stop, text: ' Stop! ' });
    await expectStopped(question);
    expect(own(question)).toHaveLength(1);
  });
});

describe('"stop"', () => {
  test.each(['stop', 'CANCEL', 'Cancel.'])(
    'as "%s" with a mention stops too, and is no question',
    async (text) => {
      const question = await answering();
      await world.ask({ text, threadTs: question.ts });
      await expectStopped(question);
      expect(own(question)).toHaveLength(1);
      expect(world.claude.requests).toHaveLength(1);
    },
  );

  test('below a direct message stops the answer above', async () => {
    const question = await answering({}, 'D0ADA');
    await world.ask({ text: 'stop', channel: 'D0ADA' });
    await expectStopped(question);
  });

  test('stops those that wait too, in that thread alone, and not what is asked afterwards', async () => {
    // The answer elsewhere has no end.
    const first = await answering({ config: (config) => ({ ...config, shutdownTimeoutMs: 100 }) });
    const { message: second } = await world.ask({ text: 'and to which card?', threadTs: first.ts });
    const { message: elsewhere } = await world.ask({ text: 'what does a seat cost?' });
    await world.slack.waitFor(() => own(elsewhere).length > 0);
    const workspace = world.slack.workspace();
    const mark = () => workspace.message(second.channelId, second.ts)?.reactions;
    await world.slack.waitFor(() => mark()?.get('hourglass_flowing_sand'));
    await world.ask({ text: 'stop', threadTs: first.ts });
    world.claude.reply(['Twelve euros.']);
    const { message: third } = await world.ask({ text: 'and a second seat?', threadTs: first.ts });
    expect((await world.answerTo(third)).text).toContain('Twelve euros.');
    expect(own(first)).toHaveLength(2);
    await world.slack.waitFor(() => mark() === undefined);
    expect(own(elsewhere)[0]?.stream?.state).toBe('in_progress');
  });

  test('before the first word says that it was stopped', async () => {
    world = await startWorld();
    world.claude.reply([FOR_EVER]);
    const { message } = await world.ask({ text: ROOT });
    await world.slack.waitFor(() => world.claude.requests.length === 1);
    await world.ask({ text: 'stop', threadTs: message.ts });
    expect((await world.answerTo(message)).text).toBe('_(stopped)_');
    await world.slack.waitFor(() => world.claude.requests[0]?.closed);
  });

  test('is not held up by a call to Slack that hangs', async () => {
    world = await startWorld();
    world.claude.reply(['Ten days.']);
    const { message } = await world.ask({ text: ROOT });
    await world.answerTo(message);
    world.slack.fail('conversations.replies', { hang: true });
    const { message: next } = await world.ask({ text: 'and to which card?', threadTs: message.ts });
    await world.slack.waitFor(() => world.slack.calls('conversations.replies').length > 0);
    await world.ask({ text: 'stop', threadTs: message.ts });
    expect((await world.answerTo(next)).text).toBe('_(stopped)_');
    world.slack.clearFaults();
  });

  test('with nothing at work gets one plain sentence when it names the bot, else nothing', async () => {
    world = await startWorld();
    world.claude.reply(['Ten days.']);
    const { message } = await world.ask({ text: ROOT });
    await world.answerTo(message);
    await world.slack.post({ channel: message.channelId, user: 'U0ADA', threadTs: message.ts, text: 'stop' });
    const { message: spoken, deliveries } = await world.ask({ text: 'stop', threadTs: message.ts });
    expect((await world.answerTo(spoken)).text).toMatch(/nothing to stop/);
    for (const delivery of deliveries) await world.slack.redeliver(delivery);
    const { message: direct } = await world.ask({ text: 'cancel', channel: 'D0ADA' });
    expect((await world.answerTo(direct)).text).toMatch(/nothing to stop/);
    expect(own(message)).toHaveLength(2);
    expect(world.claude.requests).toHaveLength(1);
  });

  test('in a longer sentence is a question', async () => {
    world = await startWorld();
    world.claude.reply(['Ten days.']);
    const { message } = await world.ask({ text: 'stop the server how?' });
    expect((await world.answerTo(message)).text).toContain('Ten days.');
  });
});
