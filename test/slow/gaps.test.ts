import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { weeklyGaps } from '../../src/bot/weekly-gaps.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Message } from '../../src/playground/slack/model.js';
import { WatchedWebClient } from '../../src/slack/connection/watched-web-client.js';
import { createLangSmithClient } from '../../src/tracing/client.js';
import { langsmithCommand } from '../support/langsmith-command.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const runIdIn = ({ blocks }: Message) => /"1:([0-9a-f-]{36})"/.exec(JSON.stringify(blocks))?.[1] ?? '';

async function ask(text: string, options: { channel?: string; user?: string; threadTs?: string } = {}) {
  const { message } = await world.ask({ text, ...options });
  const answer = await world.answerTo(message);
  await world.traces(message, world.thread(message).filter(({ userId }) => userId === message.userId).length);
  return { message, answer };
}

async function voteDown(answer: Message, user: string, reason: string, correction: string) {
  const { slack, langsmith } = world;
  const modals = createOpenModals({ workspace: slack.workspace(), interact: slack.interact });
  const where = { channel: answer.channelId, ts: answer.ts, user, actionId: 'threadsmith_feedback' };
  await slack.click({ ...where, value: `0:${runIdIn(answer)}` });
  const modal = await slack.waitFor(() => modals.top(user));
  await modals.submit(user, modal.id, {
    threadsmith_reason: { reason: [reason] },
    threadsmith_correction: { correction: [correction] },
  });
  await langsmith.waitFor(
    () => langsmith.feedback().some(({ key, runId }) => key === 'correction' && runId === runIdIn(answer)),
    'a correction',
  );
}

const gaps = (...args: string[]) => langsmithCommand(world, 'gaps', ...args);

describe('npm run gaps', () => {
  test('lists what was not answered and what was voted down, in groups, with its way back', async () => {
    const { message } = await ask('who feeds the office zebra?');
    await ask('office zebra: feeding times', { user: 'U0GRACE' });
    await ask('what of quantum chromodynamics? <!channel> [click](https://evil.example)');
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { answer } = await ask('how long does a refund take?');
    await voteDown(answer, 'U0GRACE', 'outdated', 'Five days since June.');
    world.claude.reply(['It is up.', { cite: 0 }]);
    await ask('how long does a refund to a card take?', { channel: 'D0ADA' });

    const { stdout } = await gaps();
    const [head = '', zebra = '', ...others] = stdout.split('\n## ');
    expect(head).toContain('# Knowledge gaps of the last 7 days');
    expect(head).toContain(
      '4 questions in 3 groups: 3 that the documents did not answer, 1 whose answer was voted down.',
    );
    expect(zebra).toMatch(/^1\\?\. (who feeds the office zebra\?|office zebra: feeding times)\n/);
    expect(zebra).toContain('asked 2× by 2 people · not answered 2×');
    expect(zebra).toContain(`/archives/C0GENERAL/p${message.ts.replace('.', '')}`);
    expect(zebra).toMatch(/\[LangSmith\]\(http:\/\/localhost:3000\/o\/.*\/r\/[0-9a-f-]{36}\?poll=true\)/);
    const refund = others.find((group) => group.includes('how long does a refund take?'));
    expect(refund).toContain('👎 1× (outdated)');
    expect(refund).toContain('> Should have been: Five days since June.');
    expect(refund).toContain('Nearest documents: [Billing](https://docs.example.com/billing)');
    expect(others.join()).not.toContain('[click](');

    const { groups } = JSON.parse((await gaps('--json', '--days', '1')).stdout);
    expect(groups).toHaveLength(3);
  }, 60_000);

  test('asks of a follow-up what was searched for', async () => {
    const { message } = await ask('who feeds the office zebra?');
    world.claude.condense(['Who feeds the office zebra on Sundays?']);
    await ask('and on Sundays?', { threadTs: message.ts });
    expect((await gaps()).stdout).toContain('Who feeds the office zebra on Sundays?');
  }, 60_000);

  test('posts to a channel what its readers may know, and pages nobody', async () => {
    await ask('who feeds the office zebra? <!channel>');
    await ask('when is the secret zebra party?', { channel: 'D0ADA' });
    const { stdout } = await gaps('--post', 'C0GENERAL');
    expect(stdout).toBe('posted to C0GENERAL: 1 groups of questions\n');
    const [posted] = world.slack.workspace().messages('C0GENERAL').slice(-1);
    const shown = JSON.stringify(posted);
    expect(shown).toContain('who feeds the office zebra?');
    expect(shown).not.toContain('secret zebra party');
    expect(shown).toContain('1 more were asked in private channels');
    expect(shown).not.toContain('<!channel>');
    await expect(gaps('--post', 'C0NOWHERE')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('invite the bot to it'),
    });
  }, 60_000);

  test('says when there are none, and what it does not understand', async () => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    await ask('how long does a refund take?');
    expect((await gaps()).stdout).toContain('Every question of the last 7 days was answered');
    for (const args of [['--days', 'x'], ['--post', '#general'], ['unexpected'], ['--unknown']])
      await expect(gaps(...args)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/\S/) });
  }, 60_000);

  test('counts what has no text in its trace', async () => {
    await world.close();
    world = await startWorld({
      config: (config) => ({
        ...config,
        traces: { rules: { content: { public: 'none', private: 'none', direct: 'none' }, sampleRate: 1 } },
      }),
    });
    await ask('who feeds the office zebra?');
    const { stdout } = await gaps();
    expect(stdout).toContain('1 more have no text');
    expect(stdout).not.toContain('not recorded');
  }, 60_000);
});

test('posts it once a week from the bot, whichever replica looks first', async () => {
  await ask('who feeds the office zebra?');
  const { slack, langsmith, log, config } = world;
  const database = await openSqlite(join(config.dataDir, 'journal.db'), journalMigrations);
  onTestFinished(() => database.close());
  const { apiUrl, botToken } = slack;
  // Monday at nine, wherever and whenever this runs: the question must have been asked in the week before.
  const monday = new Date();
  monday.setHours(9, 1, 0, 0);
  monday.setDate(monday.getDate() + ((8 - monday.getDay()) % 7 || 7));
  const client = new WatchedWebClient({ botToken, apiUrl, fetch, log }, () => {});
  const { direct } = createLangSmithClient({ apiKey: langsmith.apiKey, endpoint: langsmith.endpoint, log });
  let looks = 0;
  const now = () => {
    looks += 1;
    return monday.getTime();
  };
  for (const lookEveryMs of [5, 7]) {
    const project = { client: { direct }, projectName: 'test' };
    const place = { database, tenantId: 'T0LOCAL', channelId: 'C0HELP', client, log };
    onTestFinished(weeklyGaps({ ...place, langsmith: project, now, lookEveryMs }));
  }
  const posted = () =>
    slack
      .workspace()
      .messages('C0HELP')
      .filter((message) => JSON.stringify(message).includes('Knowledge gaps'));
  await slack.waitFor(() => posted().length > 0);
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 20);
  expect(posted()).toHaveLength(1);
  expect(JSON.stringify(posted())).toContain('who feeds the office zebra?');
}, 30_000);
