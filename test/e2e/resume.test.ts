import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import type { NewFile } from '../../src/playground/slack/model.js';
import type { Journal } from '../../src/slack/intake/journal.js';
import { sharedQuestionMessage } from '../../src/slack/surfaces/shared-question.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { askedText, textFile } from '../support/attachment-fixtures.js';
import { newDirectory } from '../support/new-directory.js';
import { startWorld, type World } from '../support/world.js';

/** What a process that died left in the journal and in Slack, and what the next one makes of it. */
describe('a restart', () => {
  let world: World;
  let journalDir: string;
  beforeEach(async () => {
    world = await startWorld();
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    journalDir = await newDirectory();
  });
  afterEach(() => world.close());

  /** A message that a process claimed and then died; `before` sees the journal and the message. */
  async function diedWith(text: string, files?: readonly NewFile[]) {
    const post = { channel: 'C0HELP', user: 'U0ADA', text, ...(files && { files }) };
    const { message } = await world.slack.post(post);
    const key = { tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts };
    await withJournal((journal) => journal.claim(key, message.threadTs ?? message.ts, []));
    return { message, key };
  }

  /** By default of a process that stopped renewing long ago, whatever its name was. */
  async function withJournal<T>(
    use: (journal: Journal) => Promise<T>,
    owner = 'the dead',
    now = () => Date.now() - 120_000,
  ): Promise<T> {
    const database = await openSqlite(join(journalDir, 'journal.db'), journalMigrations);
    const result = await use(createJournal(database, { owner, now }));
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

  test('answers a question that was shared from a private answer, for its asker', async () => {
    const shared = sharedQuestionMessage({
      question: 'how long does a refund of <it> take?',
      userId: 'U0GRACE',
      userName: 'grace',
    });
    const blocks = shared.blocks.map((block) => ({ ...block }));
    const message = world.slack.workspace().add({ channelId: 'C0HELP', userId: 'U0BOT', ...shared, blocks });
    const key = { tenantId: 'T0LOCAL', channelId: 'C0HELP', messageTs: message.ts };
    await withJournal((journal) => journal.claim(key, message.ts, []));
    await restarted(async () => {
      expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
      const [turn] = await world.traces(message);
      expect(turn?.run.metadata).toMatchObject({ user: 'U0GRACE', message_ts: message.ts });
      expect(askedText(world.claude)).toContain('how long does a refund of <it> take?');
    });
  });

  test('answers nobody in a channel that is shared with another organisation', async () => {
    const { message } = await diedWith('how long does a refund take?');
    const { channels } = world.slack.workspace();
    const help = channels.get('C0HELP');
    if (help) channels.set('C0HELP', { ...help, isExtShared: true });
    await restarted(async () => {
      expect((await world.answerTo(message)).text).toMatch(/^I answer from internal documents/);
    });
    expect(world.claude.requests).toHaveLength(0);
  });

  test('reads the files of the question anew', async () => {
    const { message } = await diedWith('is this a refund?', [textFile('a.txt', 'Nine days.')]);
    await restarted(async () => {
      expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
      expect(askedText(world.claude)).toContain('Nine days.');
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
      // Without an event: else it would be a follow-up for the bot that is up.
      const post = { channelId: 'C0HELP', userId: 'U0ADA', threadTs: first.ts, text };
      const message = world.slack.workspace().add(post);
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

  test('leaves alone what another process is writing in the thread', async () => {
    const { message, key } = await diedWith('how long does a refund take?');
    const workspace = world.slack.workspace();
    const stream = (text: string) => {
      const post = { channelId: 'C0HELP', userId: 'U0BOT', text, threadTs: message.ts, streaming: true };
      return workspace.add(post);
    };
    const half = stream('Within te');
    await withJournal((journal) => journal.answerBegan(key, half.ts));
    const asked = { channelId: 'C0HELP', userId: 'U0GRACE', text: 'and a seat?', threadTs: message.ts };
    const other = { ...key, messageTs: workspace.add(asked).ts };
    await withJournal((journal) => journal.claim(other, message.ts, []), 'the living', Date.now);
    // Of the one its process has told the journal already, of the other not yet.
    const live = [stream('Twelve'), stream('More')];
    await withJournal((journal) => journal.answerBegan(other, live[0]?.ts ?? ''), 'the living', Date.now);
    await restarted(async () => {
      await world.slack.waitFor(() => workspace.message(half.channelId, half.ts) === undefined);
      await world.slack.waitFor(() =>
        world.thread(message).at(-1)?.text.startsWith('Within ten working days.'),
      );
      await withJournal((journal) => journal.settle(other), 'the living', Date.now);
    });
    for (const { channelId, ts } of live) expect(workspace.message(channelId, ts)).toBeDefined();
  });

  test('ends what was stopped while its process died, and answers it no more', async () => {
    const { message, key } = await diedWith('how long does a refund take?');
    const post = { channelId: 'C0HELP', userId: 'U0BOT', text: 'Within te', threadTs: message.ts };
    const half = world.slack.workspace().add({ ...post, streaming: true });
    await withJournal(async (journal) => {
      await journal.answerBegan(key, half.ts);
      await journal.stop({ ...key, threadTs: message.ts }, '1999999999.000100');
    });
    const requests = world.claude.requests.length;
    await restarted(async () => {
      expect((await world.answerTo(message)).text).toBe('Within te\n\n_(stopped)_');
    });
    expect(world.claude.requests).toHaveLength(requests);
  });

  test('answers an edited question anew, whatever stands there of the text before', async () => {
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    const key = { tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts };
    await withJournal(async (journal) => {
      await journal.claim(key, message.ts, []);
      await journal.reopen(key);
    });
    await restarted(async () => {
      await world.traces(message, 2);
    });
    expect(world.thread(message)).toHaveLength(3);
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
