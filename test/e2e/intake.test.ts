import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { startWorld, type World } from '../support/world.js';

/** Slack's whole variety of ways to say the same thing twice, or nothing at all. */
describe('intake', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    world.claude.reply(['An answer.', { cite: 0 }]);
  });
  afterAll(() => world.close());

  const answersIn = (ts: string) =>
    world.slack
      .workspace()
      .thread('C0GENERAL', ts)
      .filter(({ userId }) => userId === 'U0BOT');

  test.each(['app_mention', 'message'] as const)(
    'a mention and its twin give one answer, %s first',
    async (first) => {
      const { message, deliveries } = await world.ask({ text: 'how long does a refund take?', first });
      expect(deliveries).toHaveLength(2);
      await world.answerTo(message);
      await world.traces(message);
      expect(answersIn(message.ts)).toHaveLength(1);
      expect(world.langsmith.thread(world.sessionId(message))).toHaveLength(1);
    },
  );

  test('a redelivered event is acknowledged and not answered again', async () => {
    const { message, deliveries } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    for (const delivery of deliveries) {
      const again = await world.slack.redeliver(delivery);
      expect(again.acked).toBe(true);
    }
    const { message: next } = await world.ask({ text: 'what does a seat cost?' });
    await world.answerTo(next);
    expect(answersIn(message.ts)).toHaveLength(1);
  });

  test.each([
    ['a bad signature', { badSignature: true }, 401],
    ['a timestamp 10 minutes old', { timestamp: Math.floor(Date.now() / 1000) - 600 }, 401],
    ['a timestamp 10 minutes in the future', { timestamp: Math.floor(Date.now() / 1000) + 600 }, 401],
    ['a body that is no JSON', { rawBody: '{"event":' }, 400],
    ['a body that is null', { rawBody: 'null' }, 400],
    ['a body that is a list', { rawBody: '[1]' }, 400],
    [
      'an authorization that is null',
      { rawBody: '{"type":"event_callback","authorizations":[null],"event":{"type":"x"}}' },
      400,
    ],
  ])('%s is refused', async (_name, options, status) => {
    const before = world.claude.requests.length;
    const event = {
      type: 'app_mention',
      channel: 'C0GENERAL',
      ts: '1700000001.000100',
      text: '<@U0BOT> hi',
      user: 'U0ADA',
    };
    const delivery = await world.slack.deliver(event, options);
    expect(delivery.attempts[0]?.status).toBe(status);
    expect(world.claude.requests.length).toBe(before);
  });

  /** Everything delivered before it has been handled, or never will be. */
  async function untilHandled(): Promise<void> {
    const { message } = await world.ask({ text: 'what does a seat cost?' });
    await world.answerTo(message);
  }
  const callsFor = (ts: string) =>
    world.slack.calls().filter(({ args }) => JSON.stringify(args).includes(ts));
  const rowsFor = async (ts: string) => {
    const journal = await openSqlite(join(world.config.dataDir, 'journal.db'), journalMigrations);
    const rows = await journal.query('SELECT 1 FROM journal_message WHERE message_ts = ?', [ts]);
    await journal.close();
    return rows;
  };

  test.each([
    ['an own message', { user: 'U0BOT', bot_id: 'B0BOT' }],
    ["another bot's message", { user: 'U0OTHER', bot_id: 'B0OTHER' }],
    ['an edit', { subtype: 'message_changed', hidden: true }],
    ['a join', { subtype: 'channel_join' }],
    ['a topic', { subtype: 'channel_topic' }],
  ])('%s that names the bot is acknowledged and ignored', async (_name, fields) => {
    const { ts } = world.slack
      .workspace()
      .add({ channelId: 'C0GENERAL', userId: 'U0ADA', text: '<@U0BOT> refunds?' });
    const event = {
      type: 'message',
      channel: 'C0GENERAL',
      ts,
      user: 'U0ADA',
      text: '<@U0BOT> refunds?',
      ...fields,
    };
    expect((await world.slack.deliver(event)).acked).toBe(true);
    await untilHandled();
    expect(callsFor(ts)).toEqual([]);
    expect(await rowsFor(ts)).toEqual([]);
  });

  test('talk among people costs no API call and no row', async () => {
    const { message } = await world.slack.post({ channel: 'C0HELP', user: 'U0ADA', text: 'lunch?' });
    const { message: reply } = await world.slack.post({
      channel: 'C0HELP',
      user: 'U0GRACE',
      text: 'in five',
      threadTs: message.ts,
    });
    await untilHandled();
    for (const { ts } of [message, reply]) {
      expect(callsFor(ts)).toEqual([]);
      expect(await rowsFor(ts)).toEqual([]);
    }
  });

  test.each([
    ['channel type', { type: 'message', channel: 'D0ADA', user: 'U0ADA' }],
    [
      'team',
      { type: 'app_mention', channel: 'C0GENERAL', user: 'U0ADA', team: undefined, user_team: undefined },
    ],
  ])('an event without a %s is answered', async (_missing, fields) => {
    const text = '<@U0BOT> how long does a refund take?';
    const message = world.slack.workspace().add({ channelId: fields.channel, userId: 'U0ADA', text });
    const delivery = await world.slack.deliver({ ts: message.ts, text, ...fields });
    expect(delivery.acked).toBe(true);
    expect((await world.answerTo(message)).text).toBe('An answer. [1]');
  });

  test.each([
    ['nothing but a type', { type: 'app_mention' }],
    ['numbers for strings', { type: 'message', channel: 7, ts: 8, user: 9, text: 10 }],
    ['null', { type: 'message', channel: null, ts: null, user: null, text: null }],
    [
      'a timestamp that is none',
      { type: 'app_mention', channel: 'C0GENERAL', ts: 'now', user: 'U0ADA', text: 'hi' },
    ],
  ])('an event with %s is acknowledged and never throws', async (_name, event) => {
    expect((await world.slack.deliver(event)).acked).toBe(true);
    await untilHandled();
    expect(world.logged.filter(({ msg }) => msg === 'a Slack event could not be handled')).toEqual([]);
  });

  test('a question of 40,000 characters is answered', async () => {
    const { message } = await world.ask({ text: 'how long does a refund take? '.repeat(1_400) });
    expect((await world.answerTo(message)).text).toBe('An answer. [1]');
  });
});

describe('the same channel and timestamp in two tenants', () => {
  test('are two questions in two threads, for one bot and for two', async () => {
    const world = await startWorld();
    world.claude.reply(['An answer.', { cite: 0 }]);
    const ts = '1700000004.000100';
    const { message } = await world.ask({ text: 'how long does a refund take?', ts });
    await world.answerTo(message);
    const asked = world.claude.requests.length;
    const other = { context_team_id: 'T0OTHER', authorizations: [{ team_id: 'T0OTHER' }] };
    const event = { type: 'app_mention', channel: message.channelId, ts, user: 'U0ADA', text: message.text };
    await world.slack.deliver(event, { envelope: other });
    await expect.poll(() => world.claude.requests.length).toBe(asked + 1);
    const sessionOfOther = sessionIdFor({ tenantId: 'T0OTHER', channelId: message.channelId, threadTs: ts });
    await world.langsmith.waitFor(
      () => world.langsmith.thread(sessionOfOther).length === 1,
      'the other thread',
    );
    expect(world.langsmith.thread(world.sessionId(message))).toHaveLength(1);
    expect(sessionOfOther).not.toBe(world.sessionId(message));
    await world.close();
  });
});

describe('a journal that cannot be written', () => {
  test('leaves the question unacknowledged, and Slack’s retry is answered once it can', async () => {
    const world = await startWorld();
    world.claude.reply(['An answer.', { cite: 0 }]);
    const blocker = await openSqlite(join(world.config.dataDir, 'journal.db'), []);
    const rename = (from: string, to: string) => blocker.query(`ALTER TABLE ${from} RENAME TO ${to}`);
    await rename('journal_message', 'journal_message_away');
    const { message, deliveries } = await world.ask({ text: 'how long does a refund take?' });
    expect(deliveries.map(({ acked, attempts }) => [acked, attempts[0]?.status])).toEqual([
      [false, 500],
      [false, 500],
    ]);
    await rename('journal_message_away', 'journal_message');
    for (const delivery of deliveries) expect((await world.slack.redeliver(delivery)).acked).toBe(true);
    expect((await world.answerTo(message)).text).toBe('An answer. [1]');
    await blocker.close();
    await world.close();
  });
});
