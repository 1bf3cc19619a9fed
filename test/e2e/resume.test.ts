import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import type { Journal } from '../../src/slack/journal.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { startWorld, type World } from '../support/world.js';

/** What a process that died left in the journal and in Slack, and what the next one makes of it. */
describe('a restart', () => {
  let world: World;
  let journalDir: string;
  beforeEach(async () => {
    world = await startWorld();
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    journalDir = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
  });
  afterEach(async () => {
    await world.close();
    await rm(journalDir, { recursive: true, force: true });
  });

  /** A message that a process claimed and then died; `before` sees the journal and the message. */
  async function diedWith(text: string) {
    const { message } = await world.slack.post({ channel: 'C0HELP', user: 'U0ADA', text });
    const key = { tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts };
    await withJournal((journal) => journal.claim(key, message.threadTs ?? message.ts, []));
    return { message, key };
  }

  async function withJournal<T>(use: (journal: Journal) => Promise<T>): Promise<T> {
    const database = await openSqlite(join(journalDir, 'journal.db'), journalMigrations);
    // A process that stopped renewing long ago, whatever its name was.
    const longAgo = () => Date.now() - 120_000;
    const result = await use(createJournal(database, { owner: 'the dead', now: longAgo }));
    await database.close();
    return result;
  }

  async function restarted(check: () => Promise<void>): Promise<void> {
    const bot = await createBot(world.config, { log: world.log, host: '127.0.0.1', journalDir });
    await bot.start();
    await check();
    await bot.stop();
    const database = await openSqlite(join(journalDir, 'journal.db'), journalMigrations);
    const open = await database.query('SELECT message_ts FROM journal_message WHERE settled_at IS NULL');
    await database.close();
    expect(open).toEqual([]);
  }

  test('answers what was claimed and never begun, under a new revision', async () => {
    const { message, key } = await diedWith('how long does a refund take?');
    await restarted(async () => {
      expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
      const [turn] = await world.traces(message);
      expect(turn?.run.id).toBe(runIdFor(key, 1));
    });
  });

  test('takes a half-written answer away and writes it anew', async () => {
    const { message } = await diedWith('how long does a refund take?');
    const workspace = world.slack.workspace();
    const half = workspace.add({
      channelId: message.channelId,
      userId: 'U0BOT',
      text: 'Within te',
      threadTs: message.ts,
      streaming: true,
    });
    await restarted(async () => {
      await world.slack.waitFor(() => workspace.message(half.channelId, half.ts) === undefined);
      expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
      expect(world.thread(message)).toHaveLength(2);
    });
  });

  test('leaves a finished answer alone, of which the journal had not heard', async () => {
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const answer = await world.answerTo(message);
    const key = { tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts };
    await withJournal((journal) => journal.claim(key, message.ts, []));
    const asked = world.claude.requests.length;
    await restarted(async () => {
      await world.slack.waitFor(() => world.slack.calls('conversations.replies').length > 0);
    });
    expect(world.claude.requests.length).toBe(asked);
    expect(world.thread(message).map(({ ts }) => ts)).toEqual([message.ts, answer.ts]);
  });

  test('leaves the other answers in the thread alone, and answers what was left in its order', async () => {
    const { message: first } = await world.ask({ text: 'how long does a refund take?', channel: 'C0HELP' });
    await world.answerTo(first);
    const claimed = [];
    for (const text of ['and to which card?', 'and what does a seat cost?']) {
      const post = { channel: 'C0HELP', user: 'U0ADA', threadTs: first.ts, text };
      const { message } = await world.slack.post(post);
      const key = { tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts };
      await withJournal((journal) => journal.claim(key, first.ts, []));
      claimed.push(message);
    }
    const half = {
      channelId: 'C0HELP',
      userId: 'U0BOT',
      text: 'To the',
      threadTs: first.ts,
      streaming: true,
    };
    world.slack.workspace().add(half);
    await restarted(async () => {
      await world.slack.waitFor(
        () => world.thread(first).filter(({ userId }) => userId === 'U0BOT').length === 3,
      );
    });
    const thread = world.thread(first);
    expect(thread.map(({ userId }) => userId)).toEqual([
      'U0ADA',
      'U0BOT',
      'U0ADA',
      'U0ADA',
      'U0BOT',
      'U0BOT',
    ]);
    expect(thread.every(({ stream }) => stream?.state !== 'in_progress')).toBe(true);
    const runs = thread.slice(4).map(({ blocks }) => /1:([0-9a-f-]{36})/.exec(JSON.stringify(blocks))?.[1]);
    const expected = claimed.map(({ ts }) =>
      runIdFor({ tenantId: 'T0LOCAL', channelId: 'C0HELP', messageTs: ts }, 1),
    );
    expect(runs).toEqual(expected);
  });

  test('forgets a question that was deleted meanwhile', async () => {
    const { message } = await diedWith('how long does a refund take?');
    await world.slack.delete({ channel: message.channelId, ts: message.ts });
    const asked = world.claude.requests.length;
    await restarted(async () => {
      await world.slack.waitFor(() => world.slack.calls('conversations.replies').length > 0);
    });
    expect(world.claude.requests.length).toBe(asked);
  });
});
