import { afterEach, describe, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Message } from '../../src/playground/slack/model.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

let world: World;
afterEach(() => world?.close());

async function answered(options: WorldOptions = {}, text = 'how long does a refund take?') {
  world = await startWorld(options);
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
  const { message } = await world.ask({ text });
  const answer = await world.slack.waitFor(() =>
    world.thread(message).find(({ blocks }) => JSON.stringify(blocks ?? []).includes('feedback_buttons')),
  );
  return { question: message, answer, runId: runIdIn(answer) };
}

function runIdIn({ blocks }: Message): string {
  return /"1:([0-9a-f-]{36})"/.exec(JSON.stringify(blocks))?.[1] ?? '';
}

const vote = (answer: Message, score: 0 | 1, user = 'U0GRACE') =>
  world.slack.click({
    ...{ channel: answer.channelId, ts: answer.ts, user, actionId: 'threadsmith_feedback' },
    value: `${score}:${runIdIn(answer)}`,
  });

const react = (answer: Message, name: string, removed = false) =>
  world.slack.react({ channel: answer.channelId, ts: answer.ts, user: 'U0GRACE', name, removed });

const given = (key: string) => world.langsmith.feedback().filter((each) => each.key === key);
const recorded = (key: string, score?: number) =>
  world.langsmith.waitFor(() => {
    const [one] = given(key);
    return one && (score === undefined || one.score === score) && one;
  }, `feedback ${key}`);
const told = (count: number) =>
  world.slack.waitFor(
    () => world.slack.workspace().ephemerals.length >= count && world.slack.workspace().ephemerals,
  );

describe('the buttons', () => {
  test('thank the voter in the thread, and a bad vote asks why', async () => {
    const { question, answer, runId } = await answered();
    const { slack } = world;
    const modals = createOpenModals({ workspace: slack.workspace(), interact: slack.interact });
    expect((await vote(answer, 0)).acked).toBe(true);
    const [thanks] = await told(1);
    expect(thanks).toMatchObject({ userId: 'U0GRACE', threadTs: question.ts });
    expect(thanks?.text).toContain('your 👎 is noted');
    // Counted, though the dialog is still open.
    expect(await recorded('user_score', 0)).toMatchObject({ runId, sourceType: 'app' });

    const modal = await slack.waitFor(() => modals.top('U0GRACE'));
    expect(await modals.submit('U0GRACE', modal.id, {})).toEqual({
      threadsmith_reason: 'Please choose one.',
    });
    await modals.submit('U0GRACE', modal.id, {
      threadsmith_reason: { reason: ['outdated'] },
      threadsmith_correction: { correction: ['Five days, ask ada@example.com'] },
    });
    expect(await recorded('reason')).toMatchObject({ runId, value: 'outdated' });
    expect(await recorded('correction')).toMatchObject({ runId, comment: 'Five days, ask [email]' });
    expect((await told(2))[1]?.text).toContain('Thanks!');
    expect(JSON.stringify(world.langsmith.feedback())).not.toContain('U0GRACE');

    // A change of mind changes the vote, and takes the reason back.
    await vote(answer, 1);
    await recorded('user_score', 1);
    await world.langsmith.waitFor(() => given('reason').length === 0, 'no reason');
    expect(given('user_score')).toHaveLength(1);
  });

  test('are answered while LangSmith is away, and without it', async () => {
    const { answer } = await answered();
    world.langsmith.fail({ hang: true });
    await vote(answer, 1);
    expect((await told(1))[0]?.text).toContain('Thanks for the 👍');
    world.langsmith.recover();
    await world.close();

    const off = await answered({ config: (config) => ({ ...config, langsmith: undefined }) });
    await vote(off.answer, 0);
    expect((await told(1))[0]?.text).toContain('your 👎 is noted');
    expect(world.langsmith.requests()).toEqual([]);
  });
});

describe('a reaction', () => {
  test('is a vote in any skin tone, and is withdrawn with it', async () => {
    const { answer, runId } = await answered();
    await react(answer, 'thumbsdown::skin-tone-4');
    expect(await recorded('user_score', 0)).toMatchObject({ runId });
    await react(answer, '+1');
    await recorded('user_score', 1);
    // The other one is still there.
    await react(answer, '+1', true);
    await recorded('user_score', 0);
    await react(answer, 'thumbsdown::skin-tone-4', true);
    await world.langsmith.waitFor(() => given('user_score').length === 0, 'no vote');
  });

  test('and a click on any part of a long answer reach its run', async () => {
    world = await startWorld();
    const long = Array.from(
      { length: 260 },
      (_, line) => `Line ${line} of a rather long answer about refunds.`,
    );
    world.claude.reply([`${long.join('\n\n')}`]);
    const { message } = await world.ask({ text: 'tell me everything about refunds' });
    const [trace] = await world.traces(message);
    const parts = await world.slack.waitFor(() => {
      const written = world.thread(message).slice(1);
      const isWhole = !JSON.stringify(written.at(-1)?.blocks ?? 'threadsmith_part').includes(
        'threadsmith_part',
      );
      return isWhole && written;
    });
    expect(parts.map(runIdIn)).toEqual(parts.map(() => trace?.run.id));
    const [first, second] = parts;
    if (!first || !second) throw new Error('the answer must have several parts');
    await react(first, '+1');
    expect((await recorded('user_score', 1)).runId).toBe(trace?.run.id);
    expect(world.slack.calls().filter(({ method }) => method === 'conversations.replies')).toHaveLength(1);
    await vote(second, 0);
    await recorded('user_score', 0);
    expect(given('user_score')).toHaveLength(1);
  });

  test('after a restart reaches its run', async () => {
    const { answer, runId } = await answered();
    await world.bot.stop();
    const next = await createBot(world.config, { log: world.log, host: '127.0.0.1' });
    world.slack.connect({ kind: 'http', url: await next.start() });
    try {
      await react(answer, '-1');
      expect((await recorded('user_score', 0)).runId).toBe(runId);
    } finally {
      await next.stop();
    }
  });

  test('on a message that is not ours, or that is no vote, costs no call', async () => {
    const { question, answer } = await answered();
    const before = world.slack.calls().length;
    for (const [message, name] of [
      [question, '+1'],
      [question, '-1'],
      [answer, 'eyes'],
    ] as const)
      await react(message, name);
    // What came before it in the same process is done when this one is.
    await react(answer, '+1');
    await recorded('user_score', 1);
    expect(
      world.slack
        .calls()
        .slice(before)
        .map(({ method }) => method),
    ).toEqual(['conversations.replies']);
  });
});
