import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asInstalled, startWorld, type World } from '../support/world.js';

/** Slack's whole variety of ways to say the same thing twice, or nothing at all. */
describe('intake', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    world.claude.reply(['An answer.']);
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

  test.each([
    ['an own message', { user: 'U0BOT', bot_id: 'B0BOT' }],
    ["another bot's message", { user: 'U0OTHER', bot_id: 'B0OTHER' }],
    ['an edit', { subtype: 'message_changed', hidden: true }],
    ['a join', { subtype: 'channel_join' }],
    ['a topic', { subtype: 'channel_topic' }],
  ])('%s that names the bot is acknowledged and ignored', async (_name, fields) => {
    const calls = world.slack.calls().length;
    const event = {
      type: 'message',
      channel: 'C0GENERAL',
      ts: '1700000002.000100',
      user: 'U0ADA',
      text: '<@U0BOT> hi',
      ...fields,
    };
    expect((await world.slack.deliver(event)).acked).toBe(true);
    expect(world.slack.calls().length).toBe(calls);
  });

  test('talk among people costs no API call and no row', async () => {
    const { message } = await world.slack.post({ channel: 'C0HELP', user: 'U0ADA', text: 'lunch?' });
    const calls = world.slack.calls().length;
    await world.slack.post({ channel: 'C0HELP', user: 'U0GRACE', text: 'in five', threadTs: message.ts });
    expect(world.slack.calls().length).toBe(calls);
  });

  test.each([
    ['nothing but a type', { type: 'app_mention' }],
    [
      'no user',
      {
        type: 'app_mention',
        channel: 'C0GENERAL',
        ts: '1700000003.000100',
        text: '<@U0BOT> how long does a refund take?',
      },
    ],
    ['no text', { type: 'app_mention', channel: 'C0GENERAL', ts: '1700000003.000200', user: 'U0ADA' }],
    [
      'no channel type',
      { type: 'message', channel: 'D0ADA', ts: '1700000003.000300', user: 'U0ADA', text: 'refunds?' },
    ],
    ['numbers for strings', { type: 'message', channel: 7, ts: 8, user: 9, text: 10 }],
    ['null', { type: 'message', channel: null, ts: null, user: null, text: null }],
  ])('an event with %s is acknowledged and never throws', async (_name, event) => {
    const delivery = await world.slack.deliver(event, {
      envelope: { context_team_id: undefined, event_context: undefined },
    });
    expect(delivery.acked).toBe(true);
    const { message } = await world.ask({ text: 'what does a seat cost?' });
    await world.answerTo(message);
    expect(world.logged.filter(({ msg }) => msg === 'a Slack event could not be handled')).toEqual([]);
  });

  test('a question of 40,000 characters is answered', async () => {
    const { message } = await world.ask({ text: 'how long does a refund take? '.repeat(1_400) });
    expect((await world.answerTo(message)).text).toBe('An answer.');
  });
});

describe('the same channel and timestamp in two tenants', () => {
  test('are two questions in two threads', async () => {
    const [one, two] = await Promise.all([startWorld(), startWorld({ slack: asInstalled('T0OTHER') })]);
    one.claude.reply(['For one.']);
    two.claude.reply(['For the other.']);
    const ts = '1700000004.000100';
    const [a, b] = await Promise.all([
      one.ask({ text: 'how long does a refund take?', ts }),
      two.ask({ text: 'how long does a refund take?', ts }),
    ]);
    expect((await one.answerTo(a.message)).text).toBe('For one.');
    expect((await two.answerTo(b.message)).text).toBe('For the other.');
    expect(one.sessionId(a.message)).not.toBe(two.sessionId(b.message));
    await Promise.all([one.close(), two.close()]);
  });
});
