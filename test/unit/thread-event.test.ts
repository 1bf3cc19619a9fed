import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlWord } from '../../src/slack/intake/control-word.js';
import { threadEventIn } from '../../src/slack/intake/thread-event.js';
import { ThreadQueue } from '../../src/slack/intake/thread-queue.js';

const TS = '1700000010.000100';
const ROOT = '1700000000.000100';

function read(event: object, envelope: object = {}) {
  return threadEventIn({ context_team_id: 'T1', event: { channel: 'C1', ...event }, ...envelope }, 'UBOT');
}
const message = (fields: object) => ({ type: 'message', user: 'U1', ts: TS, text: 'hello', ...fields });
const change = (now: object, before: object) => ({
  type: 'message',
  subtype: 'message_changed',
  hidden: true,
  event_ts: '1700000300.000100',
  message: message(now),
  previous_message: message(before),
});

describe('an event means', () => {
  test.each([
    ['a mention', { type: 'app_mention', user: 'U1', ts: TS, text: '<@UBOT> hi' }, 'question'],
    ['a message that names the bot', message({ text: 'hey <@UBOT|bot>' }), 'question'],
    ['a direct message', message({ channel: 'D1' }), 'question'],
    ['a reply in a direct message', message({ channel: 'D1', thread_ts: ROOT }), 'question'],
    ['a reply in a channel', message({ thread_ts: ROOT }), 'talk'],
    ['a reply with a file', message({ thread_ts: ROOT, subtype: 'file_share' }), 'talk'],
    ['a message in a channel', message({}), undefined],
    ['a first message that has replies', message({ thread_ts: TS }), undefined],
    ["an app's reply", message({ thread_ts: ROOT, bot_id: 'B1' }), undefined],
    ["the bot's own reply", message({ thread_ts: ROOT, user: 'UBOT' }), undefined],
    ['a notice', message({ thread_ts: ROOT, subtype: 'channel_join' }), undefined],
    ['an edit', change({ text: 'hello!' }, {}), 'edited'],
    ['an edit that adds a mention', change({ text: '<@UBOT> hello' }, {}), 'edited'],
    ['an unfurl', change({ attachments: [{ from_url: 'https://a.b', text: 'A' }] }, {}), undefined],
    ["a change of an app's message", change({ text: 'a', bot_id: 'B1' }, { bot_id: 'B1' }), undefined],
    ["a change of the bot's message", change({ text: 'a', user: 'UBOT' }, { user: 'UBOT' }), undefined],
    ['a tombstone', change({ subtype: 'tombstone', user: 'USLACKBOT' }, { thread_ts: TS }), 'deleted'],
    [
      'a deletion',
      { type: 'message', subtype: 'message_deleted', deleted_ts: TS, previous_message: message({}) },
      'deleted',
    ],
    [
      "the deletion of an app's message",
      {
        type: 'message',
        subtype: 'message_deleted',
        deleted_ts: TS,
        previous_message: message({ bot_id: 'B1' }),
      },
      undefined,
    ],
    ['a stop', { type: 'agent_session_stopped', user: 'U1', thread_ts: ROOT, event_ts: TS }, 'stopped'],
    ['a stop of nothing', { type: 'agent_session_stopped', user: 'U1' }, undefined],
    ['a reaction', { type: 'reaction_added', user: 'U1' }, undefined],
  ])('%s', (_name, event, type) => expect(read(event)?.type).toBe(type));

  test('for an edit how late it was, and which question it is now', () => {
    const edited = {
      text: '<@UBOT> and now?',
      thread_ts: ROOT,
      edited: { user: 'U1', ts: '1700000310.000100' },
    };
    expect(read(change(edited, { text: '<@UBOT> and?' }))).toMatchObject({
      type: 'edited',
      isForBot: true,
      afterMs: 300_000,
      question: {
        key: { tenantId: 'T1', channelId: 'C1', messageTs: TS },
        thread: { tenantId: 'T1', channelId: 'C1', threadTs: ROOT },
        text: 'and now?',
        isReply: true,
      },
    });
  });

  test('for talk whether it names somebody else', () => {
    expect(read(message({ thread_ts: ROOT, text: 'look, <@U2>' }))).toMatchObject({ toOthers: true });
    expect(read(message({ thread_ts: ROOT, text: 'see <#C2>' }))).toMatchObject({ toOthers: false });
  });

  test('something or nothing, and never an exception', () => {
    const fields = fc.oneof(fc.anything(), fc.constantFrom(TS, ROOT, 'C1', 'U1', 'UBOT', 'hello'));
    const names = fc.constantFrom(
      ...['type', 'subtype', 'user', 'ts', 'thread_ts', 'channel', 'text', 'message', 'previous_message'],
      ...['deleted_ts', 'event_ts', 'edited', 'bot_id', 'files', 'blocks', 'channel_type'],
    );
    const types = fc.constantFrom('message', 'app_mention', 'agent_session_stopped');
    const subtypes = fc.constantFrom(undefined, 'message_changed', 'message_deleted', 'file_share');
    fc.assert(
      fc.property(fc.dictionary(names, fields), types, subtypes, (event, type, subtype) => {
        read({ ...event, type, subtype });
        read({ type, subtype, message: event, previous_message: event });
        threadEventIn({ event }, 'UBOT');
      }),
    );
    for (const body of [undefined, null, 1, '', [], { event: null }]) {
      expect(threadEventIn(body, 'UBOT')).toBeUndefined();
    }
  });
});

describe('a control word', () => {
  test.each([
    ['stop', 'stop'],
    ['STOP!', 'stop'],
    [' cancel. ', 'stop'],
    ['"stop"', undefined],
    ['mute', 'mute'],
    ['Unmute…', 'unmute'],
    ['stop it', 'stop'],
    ['how do I stop?', undefined],
    ['constructor', undefined],
    ['', undefined],
    ['please stop it', 'stop'],
    ['*Stop* :pray:', 'stop'],
    ['stop now please', 'stop'],
    ['please stop the server', undefined],
    ['please', undefined],
  ])('in "%s"', (text, word) => expect(controlWord(text)).toBe(word));
});

describe('the queue of a thread', () => {
  test('knows its length, and lets what waits go at once', async () => {
    const queue = new ThreadQueue();
    const ran: string[] = [];
    let end = () => {};
    const first = queue.run('a', () => {
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    const abort = new AbortController();
    const second = queue.run('a', async () => void ran.push('second'), abort.signal);
    const third = queue.run('a', async () => void ran.push('third'));
    expect([queue.length('a'), queue.length('b')]).toEqual([3, 0]);
    abort.abort(new Error('not any more'));
    await expect(second).rejects.toThrow('not any more');
    end();
    await Promise.all([first, third]);
    expect(ran).toEqual(['third']);
    await expect.poll(() => queue.length('a')).toBe(0);
  });
});
