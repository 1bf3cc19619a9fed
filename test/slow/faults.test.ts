import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaultBoard, type FaultBoard } from '../../src/playground/fault-board.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
let board: FaultBoard;

beforeEach(async () => {
  world = await startWorld();
  board = createFaultBoard({ slack: world.slack, recorder: world.langsmith });
  world.claude.reply(['Exports run at night.', { cite: 0 }]);
});

afterEach(async () => {
  board.heal();
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
    expect(JSON.stringify([answer.text, answer.blocks])).toMatch(
      // Where it cannot be known who asks, that is what is said.
      /Exports run at night|could not check who is asking/,
    );
    expect(answers()).toHaveLength(1);
    if (condition === 'limited') expect(answer.stream).toBeUndefined();
  },
);

test('with Slack down the answer comes when it is back', async () => {
  const first = await world.ask({ text: 'when do exports run?' });
  await world.answerTo(first.message);
  board.set('slack', 'down');
  const { message } = await world.ask({ text: 'when do exports run?' });
  await world.slack.waitFor(
    () => world.slack.calls().some(({ method, fault }) => fault && /^chat\./.test(method)),
    {
      timeoutMs: 20_000,
    },
  );
  expect(answers()).toHaveLength(1);
  board.heal();
  await world.slack.waitFor(() => answers().length === 2, { timeoutMs: 25_000 });
  expect(message.ts < (answers().at(-1)?.ts ?? '')).toBe(true);
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
