import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { readConfig } from '../../src/config.js';
import { modesOf } from '../../src/modes.js';
import { onPostgres } from '../support/on-postgres.js';
import { startWorld, type World } from '../support/world.js';

const QUESTION = 'how long does a refund take?';

onPostgres((server) => {
  async function startOnPostgres(): Promise<World> {
    const databaseUrl = await server().newDatabase();
    const world = await startWorld({ config: (config) => ({ ...config, databaseUrl }) });
    onTestFinished(() => world.close());
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    return world;
  }

  test('the whole bot answers from a Postgres, and keeps nothing in files', async () => {
    const world = await startOnPostgres();
    const { message } = await world.ask({ text: QUESTION });
    const answer = await world.answerTo(message);
    expect(answer.text).toBe('Within ten working days. [1]');
    expect(JSON.stringify(answer.blocks)).toContain('https://docs.example.com/billing');
    await world.traces(message);
    const url = world.config.databaseUrl;
    await expect
      .poll(() => server().run('SELECT settled_at > 0 AS settled FROM journal_message', url))
      .toEqual([{ settled: true }]);
    await world.bot.stop();
    expect(await readdir(world.config.dataDir)).toEqual(['instance-id']);
  });

  test('two replicas that get the same event at the same moment give one answer', async () => {
    const world = await startOnPostgres();
    const { slack } = world;
    const other = await createBot(
      { ...world.config, dataDir: join(world.config.dataDir, 'other') },
      { log: world.log, host: '127.0.0.1' },
    );
    onTestFinished(() => other.stop());
    const otherAddress = await other.start();

    const questions = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const question = {
          channel: 'C0GENERAL',
          user: 'U0ADA',
          text: `<@U0BOT> ${QUESTION}`,
          ts: `170000001${i}.000100`,
        };
        slack.connect({ kind: 'http', url: world.address });
        const posted = slack.post(question);
        slack.connect({ kind: 'http', url: otherAddress });
        const delivery = await slack.deliver({ type: 'app_mention', ...question });
        const { message, deliveries } = await posted;
        return { message, acked: [...deliveries, delivery].map(({ acked }) => acked) };
      }),
    );
    for (const { acked } of questions) expect(acked).toEqual([true, true, true]);
    const url = world.config.databaseUrl;
    const open = 'SELECT message_ts FROM journal_message WHERE settled_at IS NULL';
    await expect.poll(() => server().run(open, url), { timeout: 20_000 }).toEqual([]);
    const answers = questions.map(({ message }) =>
      world.thread(message).filter(({ userId }) => userId === 'U0BOT'),
    );
    expect(answers.map(({ length }) => length)).toEqual(questions.map(() => 1));
    expect(world.claude.requests).toHaveLength(questions.length);
  });

  test('the start names the database and never its password', () => {
    const DATABASE_URL = 'postgres://bot:hunter2@db.example.com:6432/docs?sslmode=verify-full';
    const modes = modesOf(readConfig({ DATABASE_URL }), 'Socket Mode');
    expect(modes.find(({ part }) => part === 'Store')?.mode).toBe('Postgres at db.example.com:6432/docs');
    expect(JSON.stringify(modes)).not.toContain('hunter2');
  });
});
