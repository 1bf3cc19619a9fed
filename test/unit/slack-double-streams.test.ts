import type { webApi } from '@slack/bolt';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { refusalOf, slackClient } from '../support/slack-client.js';

let slack: SlackDouble;
let client: webApi.WebClient;
let clock: number;

beforeEach(async () => {
  clock = 1_700_000_000_000;
  slack = await newSlackDouble({ now: () => clock });
  client = slackClient(slack);
});

function ask(text = 'hello', channelId = 'C0GENERAL'): string {
  return slack.workspace().add({ channelId, userId: 'U0ADA', text }).ts;
}

const recipient = { recipient_team_id: 'T0LOCAL', recipient_user_id: 'U0ADA' };

describe('streams', () => {
  it('live from start to stop, as the real chatStream drives them', async () => {
    const thread_ts = ask();
    const stream = client.chatStream({ channel: 'C0GENERAL', thread_ts, ...recipient, buffer_size: 1 });
    await stream.append({ markdown_text: 'Hello ' });
    const streaming = slack.workspace().message('C0GENERAL', stream.ts ?? '');
    expect(streaming).toMatchObject({
      text: 'Hello ',
      threadTs: thread_ts,
      stream: { state: 'in_progress' },
    });
    await stream.append({ markdown_text: 'world' });
    await stream.stop({ blocks: [{ type: 'divider' }], session_status: 'active' });
    const { messages } = await client.conversations.replies({ channel: 'C0GENERAL', ts: thread_ts });
    expect(messages?.[1]).toMatchObject({
      user: 'U0BOT',
      bot_id: 'B0BOT',
      text: 'Hello world',
      blocks: [{ type: 'divider' }],
      thread_ts,
      streaming_state: 'completed',
    });
    expect(messages?.[1]).not.toHaveProperty('subtype');
    expect(slack.workspace().session('C0GENERAL', thread_ts)).toBe('active');
  });

  it.each([
    ['no thread', { channel: 'C0GENERAL', ...recipient }, 'invalid_arguments'],
    [
      'no recipient team in a channel',
      { channel: 'C0GENERAL', thread_ts: 'root' },
      'missing_recipient_team_id',
    ],
    [
      'no recipient in a channel',
      { channel: 'C0GENERAL', thread_ts: 'root', recipient_team_id: 'T0LOCAL' },
      'missing_recipient_user_id',
    ],
    [
      'both kinds of text',
      { channel: 'D0ADA', thread_ts: 'root', markdown_text: 'x', chunks: [] },
      'invalid_arguments',
    ],
    [
      'an unknown kind of chunk',
      { channel: 'D0ADA', thread_ts: 'root', chunks: [{ type: 'x' }] },
      'invalid_chunks',
    ],
  ])('does not start with %s', async (_, { thread_ts, ...args }: Record<string, unknown>, code) => {
    const root = thread_ts ? { thread_ts: ask('hello', String(args.channel)) } : {};
    expect(await refusalOf(client.apiCall('chat.startStream', { ...args, ...root }))).toBe(code);
  });

  it('refuses what cannot be added to a stream', async () => {
    const thread_ts = ask('hello', 'D0ADA');
    const { ts = '' } = await client.chat.startStream({ channel: 'D0ADA', thread_ts });
    const there = { channel: 'D0ADA', ts };
    expect(await refusalOf(client.chat.stopStream(there))).toBe('no_text');
    expect(await refusalOf(client.chat.appendStream({ ...there, chunks: [] }))).toBe('no_text');
    expect(await refusalOf(client.chat.update({ ...there, text: 'x' }))).toBe('streaming_state_conflict');
    await client.chat.appendStream({ ...there, markdown_text: 'é'.repeat(5_300) });
    expect(await refusalOf(client.chat.appendStream({ ...there, markdown_text: '!' }))).toBe('msg_too_long');
    const theirs = { channel: 'D0ADA', ts: thread_ts, markdown_text: 'x' };
    expect(await refusalOf(client.chat.appendStream(theirs))).toBe('message_not_owned_by_app');
    await client.chat.stopStream(there);
    const late = client.chat.appendStream({ ...there, markdown_text: '!' });
    expect(await refusalOf(late)).toBe('message_not_in_streaming_state');
    await client.chat.update({ ...there, text: 'now it can be changed' });
  });

  it('leave the status alone until there are words', async () => {
    const thread_ts = ask('hello', 'D0ADA');
    const status = () => slack.workspace().status('D0ADA', thread_ts)?.status;
    await client.assistant.threads.setStatus({ channel_id: 'D0ADA', thread_ts, status: 'is searching…' });
    const { ts = '' } = await client.chat.startStream({ channel: 'D0ADA', thread_ts });
    expect(status()).toBe('is searching…');
    await client.chat.appendStream({ channel: 'D0ADA', ts, markdown_text: 'found' });
    expect(status()).toBeUndefined();
  });

  it('ends a stream after five minutes', async () => {
    const thread_ts = ask('hello', 'D0ADA');
    const { ts = '' } = await client.chat.startStream({ channel: 'D0ADA', thread_ts, markdown_text: 'slow' });
    clock += 5 * 60_000;
    const late = client.chat.stopStream({ channel: 'D0ADA', ts });
    expect(await refusalOf(late)).toBe('message_not_in_streaming_state');
    expect(slack.workspace().message('D0ADA', ts)?.stream?.state).toBe('errored');
  });
});
