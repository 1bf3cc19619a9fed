import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Message } from '../../src/playground/slack/model.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

let world: World;
afterEach(() => world?.close());

const GRACE = 'U0GRACE';
type Shown = Pick<Message, 'channelId' | 'ts' | 'blocks'>;

const runIdIn = ({ blocks }: Pick<Message, 'blocks'>) =>
  /"1:([0-9a-f-]{36})"/.exec(JSON.stringify(blocks ?? []))?.[1] ?? '';

function withTraces(env: Record<string, string>): WorldOptions {
  const { traces } = readConfig(env);
  return { config: (config) => ({ ...config, ...(traces && { traces }) }) };
}

async function ask(text = 'how long does a refund take?', channel = 'C0GENERAL', threadTs?: string) {
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
  const { message } = await world.ask({ text, channel, ...(threadTs && { threadTs }) });
  const answer = await world.slack.waitFor(() =>
    world.thread(message).find((other) => other.ts > message.ts && runIdIn(other) !== ''),
  );
  return { message, answer };
}

async function answered(options?: WorldOptions) {
  world = await startWorld(options);
  const asked = await ask();
  await world.traces(asked.message);
  return asked;
}

const click = (shown: Shown, score: 0 | 1) =>
  world.slack.click({
    ...{ channel: shown.channelId, ts: shown.ts, user: GRACE, actionId: 'threadsmith_feedback' },
    value: `${score}:${runIdIn(shown)}`,
  });

/** 👎, with a reason and the right answer. */
async function correct(shown: Shown, correction: string): Promise<void> {
  const modals = createOpenModals({ workspace: world.slack.workspace(), interact: world.slack.interact });
  await click(shown, 0);
  const modal = await world.slack.waitFor(() => modals.top(GRACE));
  await modals.submit(GRACE, modal.id, {
    threadsmith_reason: { reason: ['wrong'] },
    threadsmith_correction: { correction: [correction] },
  });
}

const react = (shown: Shown, name: string, removed = false) =>
  world.slack.react({ channel: shown.channelId, ts: shown.ts, user: GRACE, name, removed });

/** Grace's feedback, as it becomes. */
const feedback = () =>
  Object.fromEntries(
    world.langsmith
      .feedback()
      .filter(({ sourceType }) => sourceType === 'app')
      .map(({ key, score, value, comment }) => [key, score ?? value ?? comment]),
  );
const becomes = async (expected: object) => {
  const wanted = JSON.stringify(expected);
  await world.langsmith.waitFor(() => JSON.stringify(feedback()) === wanted, wanted);
};
const told = (text: string) =>
  world.slack.waitFor(() => world.slack.workspace().ephemerals.find((shown) => shown.text.includes(text)));
/** Whatever was under way is done. */
const stopped = () => world.bot.stop();

describe('a correction', () => {
  test('keeps out of LangSmith where the conversation does, and the writer is told', async () => {
    world = await startWorld(withTraces({ TRACE_CONTENT: 'masked,dm=none' }));
    const { answer } = await ask('how long does a refund take?', 'G0GROUP');
    await correct(answer, 'wombats of the group');
    await told('your words were not kept');

    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    await world.slack.command({
      ...{ channel: 'C0GENERAL', user: GRACE, command: '/threadsmith' },
      text: 'how long does a refund take?',
    });
    const shown = await world.slack.waitFor(() =>
      world.slack.workspace().ephemerals.find((one) => runIdIn(one) !== ''),
    );
    await correct(shown, 'wombats in private');
    await world.langsmith.waitFor(
      () => world.langsmith.feedback().filter(({ key }) => key === 'reason').length === 2,
      'two reasons',
    );
    await stopped();
    expect(world.langsmith.received()).not.toContain('wombats');
    expect(world.langsmith.feedback().some(({ key }) => key === 'correction')).toBe(false);
  });

  test('in a public channel is kept where private ones are not', async () => {
    const { answer } = await answered(withTraces({ TRACE_CONTENT: 'masked,private=none' }));
    await correct(answer, 'Five days');
    await becomes({ user_score: 0, reason: 'wrong', correction: 'Five days' });
  });

  test.each([
    ['a click', () => click],
    ['a reaction', () => (shown: Shown) => react(shown, '+1')],
  ])('and its reason are taken back by %s that says good', async (_what, way) => {
    const { answer } = await answered();
    await correct(answer, 'Five days');
    await becomes({ user_score: 0, reason: 'wrong', correction: 'Five days' });
    await way()(answer, 1);
    await becomes({ user_score: 1 });
  });

  test('that LangSmith refuses leaves no word of it in the log', async () => {
    const { answer } = await answered();
    world.langsmith.fail({ status: 422 }, { on: 'feedback' });
    await correct(answer, 'Five wombats');
    const refused = await world.slack.waitFor(() =>
      world.logged.find(({ reason }) => String(reason).includes('"correction"')),
    );
    expect(refused).toMatchObject({ msg: 'feedback was not recorded', level: 40 });
    expect(refused.reason).toMatch(/ must take "correction" on run [0-9a-f-]{36}, got HTTP 422$/);
    expect(refused).not.toHaveProperty('err');
  });
});

describe('a vote', () => {
  test('just before the process ends is recorded', async () => {
    const { answer } = await answered();
    world.langsmith.fail({ delayMs: 500 }, { on: 'feedback' });
    await click(answer, 1);
    await stopped();
    expect(feedback()).toEqual({ user_score: 1 });
  });

  test('by reaction just before the process ends is recorded', async () => {
    const { answer } = await answered();
    world.slack.fail('conversations.replies', { delayMs: 500 }, { times: 1 });
    await react(answer, '-1');
    await stopped();
    expect(feedback()).toEqual({ user_score: 0 });
  });

  test('that is quicker than the trace waits for it', async () => {
    world = await startWorld();
    world.langsmith.fail({ delayMs: 800 }, { on: 'ingest' });
    const { answer } = await ask();
    await click(answer, 1);
    await becomes({ user_score: 1 });
    const early = world.langsmith
      .requests()
      .filter(({ method, path, status }) => method === 'POST' && path === '/feedback' && status === 404);
    expect(early.length).toBeGreaterThan(0);
    expect(world.logged.filter(({ msg }) => msg === 'feedback was not recorded')).toEqual([]);
  });

  test('while LangSmith is away is recorded when it is back', async () => {
    const { answer } = await answered();
    world.langsmith.fail({ status: 503 });
    await click(answer, 1);
    await told('Thanks for the 👍');
    await world.langsmith.waitFor(
      () => world.langsmith.requests().some(({ route, status }) => route === 'feedback' && status === 503),
      'a vote that was not taken',
    );
    world.langsmith.recover();
    await becomes({ user_score: 1 });
    expect(world.logged.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });
});

describe('a reaction', () => {
  test('on what is no answer is none on the next answer', async () => {
    world = await startWorld();
    const { message } = await world.ask({ text: 'help' });
    const help = await world.answerTo(message);
    const { answer } = await ask('how long does a refund take?', 'C0GENERAL', message.ts);
    await world.traces(message);
    await react(help, '-1');
    await stopped();
    expect(feedback()).toEqual({});
    expect(runIdIn(answer)).not.toBe('');
  });

  test('that is taken back at once leaves nothing, in whatever order the two are read', async () => {
    const { answer } = await answered();
    world.slack.fail('conversations.replies', { delayMs: 400 }, { times: 1 });
    await Promise.all([react(answer, '+1'), react(answer, '+1', true)]);
    await stopped();
    expect(feedback()).toEqual({});
  });

  test('goes over a click while it is there, and leaves it as it was', async () => {
    const { answer } = await answered();
    await click(answer, 1);
    await becomes({ user_score: 1 });
    await react(answer, '+1');
    await react(answer, '+1', true);
    await react(answer, '-1');
    await becomes({ user_score: 0 });
    await react(answer, '-1', true);
    await becomes({ user_score: 1 });
    // The other way round the click is the newer.
    await react(answer, '+1');
    await click(answer, 0);
    await becomes({ user_score: 0 });
    await react(answer, '+1', true);
    await stopped();
    expect(feedback()).toEqual({ user_score: 0 });
    expect(world.langsmith.feedback().filter(({ key }) => key === 'user_score')).toHaveLength(1);
  });
});

test('"Open in LangSmith" says that a thread is not traced', async () => {
  world = await startWorld(withTraces({ TRACE_SAMPLE_RATE: '0' }));
  const { message } = await ask();
  await world.slack.shortcut({
    ...{ channel: message.channelId, ts: message.ts, user: 'U0ADA' },
    callbackId: 'threadsmith_open_langsmith',
  });
  await told('this one is not among them');
  expect(world.langsmith.requests()).toEqual([]);
});
