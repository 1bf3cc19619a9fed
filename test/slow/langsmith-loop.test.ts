import { afterEach, describe, expect, test } from 'vitest';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Message } from '../../src/playground/slack/model.js';
import { langsmithCommand } from '../support/langsmith-command.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

let world: World;
afterEach(() => world?.close());

const isAnswer = ({ blocks }: Message) => JSON.stringify(blocks ?? []).includes('feedback_buttons');
const runIdIn = ({ blocks }: Message) => /"1:([0-9a-f-]{36})"/.exec(JSON.stringify(blocks))?.[1] ?? '';

/** A thread of two turns, both traced. */
async function twoTurns(options: WorldOptions = {}) {
  world = await startWorld(options);
  const answers = (count: number) =>
    world.slack.waitFor(() => {
      const all = world.thread(first).filter(isAnswer);
      return all.length === count && all;
    });
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
  const { message: first } = await world.ask({ text: 'how long does a refund take?' });
  await answers(1);
  const { message: second } = await world.ask({ text: 'and for a refund in Spain?', threadTs: first.ts });
  const [one, two] = await answers(2);
  if (!one || !two) throw new Error('two answers');
  await world.traces(first, 2);
  return { first, second, one, two };
}

const linkTo = ({ channelId, ts, threadTs }: Message) =>
  `${new URL(world.slack.apiUrl).origin}/archives/${channelId}/p${ts.replace('.', '')}${threadTs ? `?thread_ts=${threadTs}&cid=${channelId}` : ''}`;

const told = (count: number) =>
  world.slack.waitFor(() => {
    const all = world.slack.workspace().ephemerals;
    return all.length >= count && all.slice(count - 1)[0];
  });

const run = (command: string, ...args: string[]) => langsmithCommand(world, command, ...args);

describe('"Open in LangSmith"', () => {
  const choose = (message: Message, user: string) =>
    world.slack.shortcut({
      ...{ channel: message.channelId, ts: message.ts, user },
      callbackId: 'threadsmith_open_langsmith',
    });

  test('links an admin to the thread and the turn, from the question and from the answer', async () => {
    const { first, second, one, two } = await twoTurns();
    const project = world.langsmith.projects().find(({ name }) => name === 'test')?.id;
    const page = `http://localhost:3000/o/${'7a0e4c52-4a1c-5b7e-8f43-3c1f6f1c2b9d'}/projects/p/${project}`;
    for (const [index, [message, answer]] of (
      [
        [first, one],
        [second, two],
        [one, one],
        [two, two],
      ] as const
    ).entries()) {
      await choose(message, 'U0ADA');
      const shown = await told(index + 1);
      expect(shown?.text).toContain(`<${page}/t/${world.sessionId(first)}|the thread>`);
      expect(shown?.text).toContain(`<${page}/r/${runIdIn(answer)}?poll=true|this turn>`);
      expect(shown).toMatchObject({ userId: 'U0ADA', threadTs: first.ts });
    }
  });

  test('is for admins and those who are named', async () => {
    const { first } = await twoTurns();
    await choose(first, 'U0GRACE');
    expect((await told(1))?.text).toContain('LANGSMITH_VIEWERS');
    await world.close();
    const named = await twoTurns({
      config: (config) => ({
        ...config,
        langsmith: config.langsmith && { ...config.langsmith, viewers: ['U0GRACE'] },
      }),
    });
    await choose(named.first, 'U0GRACE');
    expect((await told(1))?.text).toContain('|the thread>');
  });
});

describe('npm run thread', () => {
  test('prints the session, the pages and the figures', async () => {
    const { first, two } = await twoTurns();
    await world.slack.click({
      ...{ channel: two.channelId, ts: two.ts, user: 'U0GRACE', actionId: 'threadsmith_feedback' },
      value: `1:${runIdIn(two)}`,
    });
    await world.langsmith.waitFor(
      () => world.langsmith.feedback().some(({ key }) => key === 'user_score'),
      'a vote',
    );
    const { stdout } = await run('thread', linkTo(two), '--json');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      ...{ sessionId: world.sessionId(first), runId: runIdIn(two), turns: 2 },
      ...{ tokens: expect.any(Number), cost: expect.any(Number), latencyP50: expect.any(Number) },
    });
    expect(result.tokens).toBeGreaterThan(0);
    expect(result.feedback).toContainEqual({ key: 'user_score', count: 1, mean: 1 });
    expect((await run('thread', linkTo(first))).stdout).toMatch(/Turns +2\nTokens +\d+\nCost +\$0\.\d+\n/);
    // As copied from the list of threads: without the thread it is in.
    const bare = JSON.parse((await run('thread', linkTo({ ...two, threadTs: undefined }), '--json')).stdout);
    expect(bare).toMatchObject({ sessionId: world.sessionId(first), runId: runIdIn(two), turns: 2 });
  }, 60_000);

  test('takes the latest answer to an edited question', async () => {
    world = await startWorld();
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const revisions = [runIdIn(await world.answerTo(message))];
    // What follows the time in a run id is a hash: among four, one is not in the order of their making.
    for (const [index, country] of ['Spain', 'France', 'Italy'].entries()) {
      const text = `<@U0BOT> how long does a refund take in ${country}?`;
      await world.slack.edit({ channel: message.channelId, ts: message.ts, text });
      await world.traces(message, index + 2);
      const latest = await world.slack.waitFor(() => {
        const runId = runIdIn(world.thread(message).filter(isAnswer).at(-1) ?? message);
        return runId !== '' && !revisions.includes(runId) && runId;
      });
      revisions.push(latest);
      const { stdout } = await run('thread', linkTo(message), '--json');
      expect(JSON.parse(stdout).runId).toBe(latest);
    }
  }, 90_000);

  test('of an answer takes its own turn, also when the next question was there before it', async () => {
    world = await startWorld();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.claude.reply(['Within ten ', { waitFor: held }, 'working days.', { cite: 0 }]);
    const { message: first } = await world.ask({ text: 'how long does a refund take?' });
    await world.slack.waitFor(() => world.thread(first).length > 1);
    const { message: second } = await world.ask({ text: 'to which card?', threadTs: first.ts });
    release();
    const [one, two] = await world.slack.waitFor(() => {
      const all = world.thread(first).filter(isAnswer);
      return all.length === 2 && all;
    });
    if (!one || !two) throw new Error('two answers');
    await world.traces(first, 2);
    const turnOf = async (message: Message, ...args: string[]) =>
      JSON.parse((await run('thread', linkTo(message), '--json', ...args)).stdout).runId;
    expect(await turnOf(one)).toBe(runIdIn(one));
    expect(await turnOf(two)).toBe(runIdIn(two));
    expect(await turnOf(second)).toBe(runIdIn(two));
    // Without Slack, by the time at which the answers were begun.
    const place = { ...world, env: { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' } };
    const unseen = await langsmithCommand(place, 'thread', linkTo(two), '--json', '--team', 'T0LOCAL');
    expect(JSON.parse(unseen.stdout).runId).toBe(runIdIn(two));
  }, 60_000);
});

describe('an answer becomes a test', () => {
  test('by the button after a correction, for those who look after the answers alone', async () => {
    const { first, two } = await twoTurns();
    const { slack, langsmith } = world;
    const modals = createOpenModals({ workspace: slack.workspace(), interact: slack.interact });
    const correct = async (user: string) => {
      const value = `0:${runIdIn(two)}`;
      await slack.click({
        channel: two.channelId,
        ts: two.ts,
        user,
        actionId: 'threadsmith_feedback',
        value,
      });
      const modal = await slack.waitFor(() => modals.top(user));
      await modals.submit(user, modal.id, {
        threadsmith_reason: { reason: ['wrong'] },
        threadsmith_correction: { correction: ['Five days in Spain.'] },
      });
    };
    await correct('U0GRACE');
    expect(JSON.stringify((await told(2))?.blocks ?? [])).not.toContain('threadsmith_add_to_dataset');
    await correct('U0ADA');
    const offer = await told(4);
    await langsmith.waitFor(
      () => langsmith.feedback().filter(({ key }) => key === 'correction').length === 2,
      'corrections',
    );
    const button = {
      channel: two.channelId,
      user: 'U0ADA',
      ts: offer?.ts ?? '',
      actionId: 'threadsmith_add_to_dataset',
    };
    await slack.click(button);
    expect((await told(5))?.text).toMatch(/^Added in <http.*\|the dataset>\.$/);
    expect(langsmith.examples()).toMatchObject([
      {
        inputs: {
          question: 'and for a refund in Spain?',
          turns: [
            { role: 'user', text: 'how long does a refund take?' },
            { role: 'assistant', text: expect.stringContaining('Within ten working days.') },
          ],
        },
        outputs: { answer: 'Five days in Spain.' },
        metadata: { source_run_id: runIdIn(two) },
      },
    ]);
    expect(world.sessionId(first)).toBe(world.sessionId(two));
    await slack.click(button);
    expect((await told(6))?.text).toContain('Changed in');
    expect(langsmith.examples()).toHaveLength(1);
  });

  test('by npm run dataset:add', async () => {
    const { first } = await twoTurns();
    await expect(run('add-to-dataset', linkTo(first))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Give it with --answer'),
    });
    const { stdout } = await run(
      'add-to-dataset',
      linkTo(first),
      '--answer',
      'Ten days.',
      '--dataset',
      'mine',
    );
    expect(stdout).toContain('of mine\n');
    expect(world.langsmith.examples()).toMatchObject([
      { inputs: { question: 'how long does a refund take?' }, outputs: { answer: 'Ten days.' } },
    ]);
  }, 60_000);

  test('with what somebody gives as the right answer masked as its trace is', async () => {
    const { first } = await twoTurns();
    const token = `xoxb-${'1234567890-'.repeat(3)}abcdef`;
    const answer = `Ten days, says ada@corp.example with ${token}.`;
    await run('add-to-dataset', linkTo(first), '--answer', answer);
    expect(JSON.stringify(world.langsmith.examples())).toContain('Ten days, says');
    const full = { ...world, env: { TRACE_CONTENT: 'full' } };
    for (const secret of [token, 'ada@corp.example'])
      expect(world.langsmith.received()).not.toContain(secret);
    await langsmithCommand(full, 'add-to-dataset', linkTo(first), '--answer', answer, '--dataset', 'full');
    expect(world.langsmith.received()).toContain('ada@corp.example');
    expect(world.langsmith.received()).not.toContain(token);
  }, 60_000);

  test('not without its question, where traces hold no text', async () => {
    world = await startWorld({
      config: (config) => ({
        ...config,
        traces: { rules: { content: { public: 'none', private: 'none', direct: 'none' }, sampleRate: 1 } },
      }),
    });
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    await world.traces(message);
    await expect(run('add-to-dataset', linkTo(message), '--answer', 'Ten days.')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The trace must hold the question'),
    });
    expect(world.langsmith.examples()).toEqual([]);
  }, 60_000);
});
