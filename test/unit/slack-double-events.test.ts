import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { type RecordingApp, recordOverHttp } from '../support/recording-app.js';
import { slackClient } from '../support/slack-client.js';

let slack: SlackDouble;

async function startDouble(options: SlackDoubleOptions = {}): Promise<void> {
  slack = await newSlackDouble({ random: () => 0, retryDelaysMs: [0], ackTimeoutMs: 1_000, ...options });
}

describe('events over HTTP', () => {
  let received: RecordingApp['received'];
  beforeEach(async () => {
    await startDouble();
    ({ received } = await recordOverHttp(slack));
  });

  it('tells a mention twice, under different event ids; only the message has the files', async () => {
    const files = [{ name: 'log.txt', mimetype: 'text/plain', content: 'it broke' }];
    const { message, deliveries } = await slack.post({
      user: 'U0ADA',
      channel: 'C0GENERAL',
      text: '<@U0BOT> why?',
      files,
      first: 'message',
    });
    expect(deliveries.map(({ acked, attempts }) => [acked, attempts[0]?.status])).toEqual([
      [true, 200],
      [true, 200],
    ]);
    await slack.waitFor(() => received.length === 2);
    const twin = received.map(({ event }) => event).find(({ type }) => type === 'message');
    const mention = received.map(({ event }) => event).find(({ type }) => type === 'app_mention');
    expect(twin).toMatchObject({
      subtype: 'file_share',
      channel_type: 'channel',
      files: [{ name: 'log.txt' }],
    });
    expect(mention).toMatchObject({ user: 'U0ADA', ts: message.ts, channel: 'C0GENERAL', team: 'T0LOCAL' });
    for (const field of ['files', 'subtype', 'channel_type']) expect(mention).not.toHaveProperty(field);
    const ids = deliveries.map(({ outgoing }) => outgoing.payload.event_id);
    expect(new Set(ids).size).toBe(2);
    expect(deliveries[0]?.outgoing.payload).toMatchObject({
      type: 'event_callback',
      context_team_id: 'T0LOCAL',
      authorizations: [{ team_id: 'T0LOCAL', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false }],
      event: { type: 'message' },
    });
  });

  it('tells a DM once, and a reply with its parent', async () => {
    const { message } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: '<@U0BOT> hello' });
    await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'more', threadTs: message.ts });
    await slack.waitFor(() => received.length === 2);
    expect(received.map(({ event }) => event)).toMatchObject([
      { type: 'message', channel_type: 'im' },
      { type: 'message', thread_ts: message.ts, parent_user_id: 'U0ADA' },
    ]);
  });

  it('is refused with a bad signature or an old timestamp, and only then', async () => {
    const event = { type: 'message', channel: 'C0GENERAL', ts: '1700000000.000100' };
    const statusWith = async (options: { badSignature?: boolean; timestamp?: number }) =>
      (await slack.deliver(event, options)).attempts[0]?.status;
    const seconds = Math.floor(Date.now() / 1000);
    expect(await statusWith({ badSignature: true })).toBe(401);
    expect(await statusWith({ timestamp: seconds - 600 })).toBe(401);
    expect(received).toEqual([]);
    expect(await statusWith({})).toBe(200);
  });

  it('comes again with the same event id', async () => {
    const event = {
      type: 'app_mention',
      channel: 'C0GENERAL',
      user: 'U0ADA',
      text: 'x',
      ts: '1700000000.000100',
    };
    await slack.redeliver(await slack.deliver(event));
    await slack.waitFor(() => received.length === 2);
    expect(received.map(({ retryNum }) => retryNum)).toEqual([undefined, 1]);
    expect(received[0]?.body.event_id).toBe(received[1]?.body.event_id);
  });

  it('tells the app about its own posts, changes, streams and deletions', async () => {
    const client = slackClient(slack);
    const { message } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'hello' });
    const { ts = '' } = await client.chat.postMessage({
      channel: 'D0ADA',
      thread_ts: message.ts,
      text: 'hi',
    });
    await client.chat.update({ channel: 'D0ADA', ts, text: 'hi there' });
    await client.chat.delete({ channel: 'D0ADA', ts });
    const stream = client.chatStream({ channel: 'D0ADA', thread_ts: message.ts, buffer_size: 1 });
    for (const markdown_text of ['a', 'b']) await stream.append({ markdown_text });
    await stream.stop();
    await slack.waitFor(() => received.length === 6, { describe: 'six events' });
    const told = slack.deliveries().map(({ outgoing }) => outgoing.payload.event);
    expect(told).toMatchObject([
      { text: 'hello' },
      { user: 'U0BOT', bot_id: 'B0BOT', text: 'hi', channel_type: 'im' },
      {
        subtype: 'message_changed',
        hidden: true,
        message: { text: 'hi there' },
        previous_message: { text: 'hi' },
      },
      { subtype: 'message_deleted', hidden: true, deleted_ts: ts },
      { bot_id: 'B0BOT', text: 'a', streaming_state: 'in_progress' },
      { subtype: 'message_changed', message: { text: 'ab', streaming_state: 'completed' } },
    ]);
    expect(told[1]).not.toHaveProperty('subtype');
  });

  it('tells of edits and deletions', async () => {
    const { message } = await slack.post({ user: 'U0ADA', channel: 'C0GENERAL', text: 'helo' });
    await slack.edit({ channel: 'C0GENERAL', ts: message.ts, text: 'hello' });
    await slack.delete({ channel: 'C0GENERAL', ts: message.ts });
    await slack.waitFor(() => received.length === 3);
    const edit = received.map(({ event }) => event).find(({ subtype }) => subtype === 'message_changed');
    expect(edit).toMatchObject({ hidden: true, message: { text: 'hello', edited: { user: 'U0ADA' } } });
    expect(
      received.map(({ event }) => event).find(({ subtype }) => subtype === 'message_deleted'),
    ).toMatchObject({
      deleted_ts: message.ts,
    });
  });

  it('clicks only buttons that are there, and lets each click open one modal', async () => {
    const client = slackClient(slack);
    const button = (text: string, value: string) => ({ text: { type: 'plain_text' as const, text }, value });
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C0GENERAL',
      text: 'answer',
      blocks: [
        {
          type: 'context_actions',
          block_id: 'feedback',
          elements: [
            {
              type: 'feedback_buttons',
              action_id: 'vote',
              positive_button: button('Good', 'up'),
              negative_button: button('Bad', 'down'),
            },
          ],
        },
      ],
    });
    const there = { user: 'U0ADA', channel: 'C0GENERAL', ts };
    await expect(slack.click({ ...there, actionId: 'vote', value: 'sideways' })).rejects.toThrow(
      'values shown: up, down',
    );
    const { acked, outgoing } = await slack.click({ ...there, actionId: 'vote', value: 'down' });
    expect(acked).toBe(true);
    expect(outgoing.payload).toMatchObject({
      type: 'block_actions',
      container: { message_ts: ts, channel_id: 'C0GENERAL' },
      actions: [{ type: 'feedback_buttons', action_id: 'vote', block_id: 'feedback', value: 'down' }],
    });
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Why?' }, blocks: [] };
    const trigger_id = String(outgoing.payload.trigger_id);
    await client.views.open({ trigger_id, view });
    await expect(client.views.open({ trigger_id, view })).rejects.toThrow('invalid_trigger_id');
    const respond = (text: string) =>
      fetch(String(outgoing.payload.response_url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      });
    await respond('thank you');
    expect(slack.workspace().ephemerals).toMatchObject([{ userId: 'U0ADA', text: 'thank you' }]);
  });

  it('tells of reactions, and of taking them back', async () => {
    const { message } = await slack.post({ user: 'U0ADA', channel: 'C0GENERAL', text: 'done' });
    const reaction = { user: 'U0GRACE', channel: 'C0GENERAL', ts: message.ts, name: '+1' };
    await slack.react(reaction);
    expect(slack.workspace().message('C0GENERAL', message.ts)?.reactions?.get('+1')).toEqual(['U0GRACE']);
    await slack.react({ ...reaction, removed: true });
    expect(slack.workspace().message('C0GENERAL', message.ts)?.reactions?.size).toBe(0);
    await slack.waitFor(() => received.length === 3);
    const added = received.find(({ type }) => type === 'reaction_added');
    expect(added?.event).toMatchObject({ reaction: '+1', item: { ts: message.ts }, item_user: 'U0ADA' });
    expect(received.map(({ type }) => type)).toContain('reaction_removed');
  });

  it('shows the stop button only while the session is processing', async () => {
    const { message } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'hello' });
    const press = { user: 'U0ADA', channel: 'D0ADA', threadTs: message.ts };
    await expect(slack.stop(press)).rejects.toThrow('no stop button');
    slack.workspace().setSession('D0ADA', message.ts, 'processing');
    await slack.stop(press);
    await slack.waitFor(() =>
      received.map(({ event }) => event).find(({ type }) => type === 'agent_session_stopped'),
    );
  });
});

describe('what an app gets', () => {
  it('is what it subscribed to, in channels that it is in', async () => {
    const workspace = createWorkspace();
    workspace.channels.get('C0HELP')?.members.delete('U0BOT');
    await startDouble({ workspaces: [workspace], subscriptions: ['app_mention', 'message.im'] });
    await recordOverHttp(slack);
    const eventsIn = async (channel: string) => {
      const { deliveries } = await slack.post({ user: 'U0ADA', channel, text: '<@U0BOT> hello' });
      return deliveries.map(({ outgoing }) => outgoing.payload.event);
    };
    expect(await eventsIn('C0GENERAL')).toMatchObject([{ type: 'app_mention' }]);
    expect(await eventsIn('C0HELP')).toEqual([]);
    expect(await eventsIn('D0ADA')).toMatchObject([{ type: 'message' }]);
  });

  it('comes again as long as nobody acks, and no longer', async () => {
    await startDouble({ retryDelaysMs: [0, 1, 1] });
    const gone = await startSlackDouble();
    await gone.close();
    slack.connect({ kind: 'http', url: gone.apiUrl });
    const { deliveries } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'anybody?' });
    await deliveries[0]?.settled;
    expect(deliveries[0]?.attempts.map(({ ok, retry }) => [ok, retry])).toEqual([
      [false, undefined],
      [false, { num: 1, reason: 'connection_failed' }],
      [false, { num: 2, reason: 'connection_failed' }],
      [false, { num: 3, reason: 'connection_failed' }],
    ]);
  });
});
