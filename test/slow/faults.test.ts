import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFaultBoard, type FaultBoard, TRACES_PAUSE_MS } from '../../src/playground/fault-board.js';
import { traceRecorder } from '../../src/playground/langsmith/trace-recorder.js';
import type { Message } from '../../src/playground/slack/model.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
let board: FaultBoard;

beforeEach(async () => {
  world = await startWorld({ tracesPauseMs: TRACES_PAUSE_MS });
  const answered = { workspace: world.slack.workspace(), traces: traceRecorder(world.langsmith) };
  board = createFaultBoard({ slack: world.slack, recorder: world.langsmith, answered });
  world.claude.reply(['Exports run at night.', { cite: 0 }]);
});

afterEach(async () => {
  board.heal();
  board.close();
  await world.close();
});

const answers = () =>
  world.slack
    .workspace()
    .messages('C0GENERAL')
    .filter(({ userId }) => userId === 'U0BOT');

test.each(['slow', 'limited', 'broken'] as const)(
  'with Slack %s the answer comes, once',
  async (condition) => {
    board.set('slack', condition);
    const { message } = await world.ask({ text: 'when do exports run?' });
    const answer = await world.slack.waitFor(
      () => answers().find(({ ts, stream }) => ts > message.ts && stream?.state !== 'in_progress'),
      { timeoutMs: 25_000 },
    );
    expect(JSON.stringify([answer.text, answer.blocks])).toContain('Exports run at night');
    expect(answers()).toHaveLength(1);
    if (condition === 'limited') expect(answer.stream).toBeUndefined();
  },
);

/** Nothing but that it cannot be reached may be the reason for what follows. */
const triedInVain = (method: RegExp) =>
  world.slack.waitFor(() => world.slack.calls().some((call) => call.fault && method.test(call.method)), {
    timeoutMs: 20_000,
  });

describe('with Slack down the answer comes, once and seconds after it is back:', () => {
  /** Well below a minute, after which another process would take the question over. */
  const SOON = { timeoutMs: 8_000 };
  const saidSince = ({ ts }: { ts: string }) =>
    answers().filter((answer) => answer.ts > ts && answer.stream?.state !== 'in_progress');

  test('to the first question of somebody whom the bot does not know yet', async () => {
    board.set('slack', 'down');
    const { message } = await world.ask({ text: 'when do exports run?' });
    await triedInVain(/^auth\.test/);
    board.heal();
    const [answer] = await world.slack.waitFor(
      () => saidSince(message).length > 0 && saidSince(message),
      SOON,
    );
    expect(answer?.text).toContain('Exports run at night.');
  });

  test('to a question whose answer was written meanwhile: Claude is not asked twice', async () => {
    const first = await world.ask({ text: 'when do exports run?' });
    await world.answerTo(first.message);
    board.set('slack', 'down');
    const { message } = await world.ask({ text: 'when do exports run?' });
    await triedInVain(/^chat\.postMessage/);
    await triedInVain(/^auth\.test/);
    board.heal();
    await world.slack.waitFor(() => saidSince(message).length > 0, SOON);
    expect(saidSince(message).map(({ text }) => text)).toEqual([
      expect.stringContaining('Exports run at night.'),
    ]);
    expect(world.claude.requests).toHaveLength(2);
  });

  test('to a follow-up, whose thread could not be read', async () => {
    const first = await world.ask({ text: 'when do exports run?' });
    await world.answerTo(first.message);
    board.set('slack', 'down');
    const { message } = await world.ask({
      text: 'and at what time do exports run?',
      threadTs: first.message.ts,
    });
    await triedInVain(/^conversations\.replies/);
    await triedInVain(/^auth\.test/);
    board.heal();
    await world.slack.waitFor(() => saidSince(message).length > 0, SOON);
    expect(saidSince(message).map(({ text }) => text)).toEqual([
      expect.stringContaining('Exports run at night.'),
    ]);
  });
});

test('with Slack down the bot ends without waiting for it', async () => {
  board.set('slack', 'down');
  await world.ask({ text: 'when do exports run?' });
  await triedInVain(/^auth\.test/);
  const before = performance.now();
  await world.bot.stop();
  expect(performance.now() - before).toBeLessThan(world.config.shutdownTimeoutMs);
});

test('what LangSmith did not take is known as lost, and once it is healed traces arrive again', async () => {
  const runIdOf = ({ channelId, ts }: Message) =>
    runIdFor({ tenantId: world.slack.workspace().teamId, channelId, messageTs: ts });
  const langsmith = () => board.state().find(({ part }) => part === 'langsmith');
  board.set('langsmith', 'down');
  const { message } = await world.ask({ text: 'when do exports run?' });
  await world.answerTo(message);
  await expect.poll(() => langsmith()?.lostRuns).toEqual([runIdOf(message)]);
  expect(langsmith()?.note).toMatch(/One trace is lost so far\.$/);
  await expect
    .poll(() => world.logged.some(({ msg }) => /takes no traces/.test(String(msg))), { timeout: 5_000 })
    .toBe(true);

  board.heal();
  // What is asked within the pause is lost too; never more than a few seconds of it.
  const askOnce = async () => {
    const next = await world.ask({ text: 'when do exports run?' });
    await world.answerTo(next.message);
    return world.langsmith.runs().length;
  };
  await expect.poll(askOnce, { timeout: 8_000, interval: 500 }).toBeGreaterThan(0);
  expect(langsmith()?.lostRuns).toContain(runIdOf(message));
});

test.each(['slow', 'limited', 'broken', 'down'] as const)(
  'with LangSmith %s answers are as ever',
  async (condition) => {
    board.set('langsmith', condition);
    const { message } = await world.ask({ text: 'when do exports run?' });
    await world.answerTo(message);
  },
);

test('without a key there is nothing to break, and the board says so', () => {
  expect(() => board.set('claude', 'down')).toThrow('without ANTHROPIC_API_KEY');
  expect(board.state().map(({ part, inUse }) => [part, inUse])).toEqual([
    ['slack', true],
    ['claude', false],
    ['embeddings', false],
    ['langsmith', true],
  ]);
});
