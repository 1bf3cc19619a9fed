import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Message } from '../../src/playground/slack/model.js';
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
  `https://local.slack.com/archives/${channelId}/p${ts.replace('.', '')}${threadTs ? `?thread_ts=${threadTs}&cid=${channelId}` : ''}`;

const told = (count: number) =>
  world.slack.waitFor(() => {
    const all = world.slack.workspace().ephemerals;
    return all.length >= count && all.slice(count - 1)[0];
  });

function run(command: string, ...args: string[]) {
  const { slack, langsmith } = world;
  const env = {
    ...process.env,
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, ANSWERS: 'extractive' },
    ...{ SLACK_API_URL: slack.apiUrl, LANGSMITH_API_KEY: langsmith.apiKey },
    ...{ LANGSMITH_ENDPOINT: langsmith.endpoint, LANGSMITH_PROJECT: 'test' },
  };
  const file = fileURLToPath(new URL(`../../src/cli/${command}.ts`, import.meta.url));
  return promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...args], { env });
}

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
    await expect(run('thread', 'https://example.com')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('must be one that Slack copies'),
    });
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
});
