import type { webApi } from '@slack/bolt';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { refusalOf, slackClient } from '../support/slack-client.js';

let slack: SlackDouble;
let client: webApi.WebClient;

beforeEach(async () => {
  slack = await newSlackDouble();
  client = slackClient(slack);
});

function ask(text = 'hello', channelId = 'C0GENERAL'): string {
  return slack.workspace().add({ channelId, userId: 'U0ADA', text }).ts;
}

describe('tokens', () => {
  it('knows its own bot token', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      team_id: 'T0LOCAL',
      user_id: 'U0BOT',
      bot_id: 'B0BOT',
    });
  });

  it.each([
    ['no token', '', 'not_authed'],
    ['a foreign token', 'xoxb-somebody-else', 'invalid_auth'],
  ])('refuses %s', async (_, token, code) => {
    expect(await refusalOf(slackClient(slack, { token }).auth.test())).toBe(code);
  });

  it('opens a socket only for the app token, and nothing else for it', async () => {
    expect(await refusalOf(client.apps.connections.open({}))).toBe('not_allowed_token_type');
    expect(await refusalOf(slackClient(slack, { token: slack.appToken }).auth.test())).toBe(
      'not_allowed_token_type',
    );
    const { url } = await slackClient(slack, { token: slack.appToken }).apps.connections.open({});
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\//);
  });

  it('names the scope that is missing', async () => {
    slack = await newSlackDouble({ workspaces: [createWorkspace({ scopes: ['users:read'] })] });
    client = slackClient(slack);
    expect(await client.users.info({ user: 'U0ADA' })).toMatchObject({ user: { real_name: 'Ada Lovelace' } });
    const post = client.chat.postMessage({ channel: 'C0GENERAL', text: 'hi' });
    await expect(post).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write' } });
  });

  it('keeps workspaces apart, also with the same channel and ts', async () => {
    const workspaces = [createWorkspace({ teamId: 'T0ONE' }), createWorkspace({ teamId: 'T0TWO' })];
    slack = await newSlackDouble({ workspaces });
    const ts = '1700000000.000100';
    for (const { teamId, add } of workspaces) add({ channelId: 'C0HELP', userId: 'U0ADA', text: teamId, ts });
    for (const { teamId, botToken } of workspaces) {
      const { messages } = await slackClient(slack, { token: botToken }).conversations.replies({
        channel: 'C0HELP',
        ts,
      });
      expect(messages?.map(({ text }) => text)).toEqual([teamId]);
    }
    expect(slack.calls().map(({ teamId }) => teamId)).toEqual(['T0ONE', 'T0TWO']);
  });
});

describe('posting', () => {
  it.each([
    ['no channel', {}, 'invalid_arguments'],
    ['an unknown channel', { channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found'],
    ['nothing to say', { channel: 'C0GENERAL' }, 'no_text'],
    ['only an empty list of blocks', { channel: 'C0GENERAL', blocks: [] }, 'no_text'],
    [
      'an unknown thread',
      { channel: 'C0GENERAL', text: 'x', thread_ts: '1600000000.000100' },
      'thread_not_found',
    ],
    [
      'markdown beside text',
      { channel: 'C0GENERAL', text: 'x', markdown_text: 'y' },
      'markdown_text_conflict',
    ],
    ['long markdown', { channel: 'C0GENERAL', markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['long text', { channel: 'C0GENERAL', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['no JSON in blocks', { channel: 'C0GENERAL', blocks: '[{' }, 'invalid_blocks_format'],
    ['loose metadata', { channel: 'C0GENERAL', text: 'x', metadata: { a: 1 } }, 'invalid_metadata_format'],
  ])('refuses %s', async (_, args, code) => {
    expect(await refusalOf(client.apiCall('chat.postMessage', args))).toBe(code);
    expect(slack.workspace().messages('C0GENERAL')).toEqual([]);
  });

  it('takes what is just short enough', async () => {
    await client.chat.postMessage({ channel: 'C0GENERAL', text: 'x'.repeat(40_000) });
    await client.chat.postMessage({ channel: 'C0GENERAL', markdown_text: 'x'.repeat(12_000) });
    expect(
      slack
        .workspace()
        .messages('C0GENERAL')
        .map(({ text }) => text.length),
    ).toEqual([40_000, 12_000]);
  });

  it('refuses channels that the bot is not in or may not see, and unknown methods', async () => {
    slack.workspace().channels.get('C0HELP')?.members.delete('U0BOT');
    slack.workspace().channels.get('G0PRIVATE')?.members.delete('U0BOT');
    expect(await refusalOf(client.chat.postMessage({ channel: 'C0HELP', text: 'x' }))).toBe('not_in_channel');
    expect(await refusalOf(client.chat.postMessage({ channel: 'G0PRIVATE', text: 'x' }))).toBe(
      'channel_not_found',
    );
    expect(await refusalOf(client.conversations.history({ channel: 'C0HELP' }))).toBe('not_in_channel');
    expect(await refusalOf(client.apiCall('chat.shout', { channel: 'C0HELP' }))).toBe('unknown_method');
  });

  it('updates and deletes only the app’s own messages', async () => {
    const theirs = ask();
    const { ts = '' } = await client.chat.postMessage({ channel: 'C0GENERAL', text: 'mine' });
    const there = { channel: 'C0GENERAL', text: 'new' };
    expect(await refusalOf(client.chat.update({ ...there, ts: theirs }))).toBe('cant_update_message');
    expect(await refusalOf(client.chat.delete({ channel: 'C0GENERAL', ts: theirs }))).toBe(
      'cant_delete_message',
    );
    expect(await refusalOf(client.chat.update({ ...there, ts: '1600000000.000100' }))).toBe(
      'message_not_found',
    );
    expect(await client.chat.update({ ...there, ts })).toMatchObject({ ok: true, text: 'new' });
    await client.chat.delete({ channel: 'C0GENERAL', ts });
    expect(slack.workspace().message('C0GENERAL', ts)).toBeUndefined();
  });

  it('shows an ephemeral message to members only', async () => {
    const there = { channel: 'D0ADA', text: 'psst' };
    expect(await refusalOf(client.chat.postEphemeral({ ...there, user: 'U0GRACE' }))).toBe(
      'user_not_in_channel',
    );
    await client.chat.postEphemeral({ ...there, user: 'U0ADA' });
    expect(slack.workspace().ephemerals).toMatchObject([
      { channelId: 'D0ADA', userId: 'U0ADA', text: 'psst' },
    ]);
    expect(slack.workspace().messages('D0ADA')).toEqual([]);
  });

  it('reacts once', async () => {
    const reaction = { channel: 'C0GENERAL', timestamp: ask(), name: 'eyes' };
    await client.reactions.add(reaction);
    expect(await refusalOf(client.reactions.add(reaction))).toBe('already_reacted');
    expect(await refusalOf(client.apiCall('reactions.add', { name: 'eyes' }))).toBe('no_item_specified');
  });
});

describe('threads', () => {
  it('shows a status until the app writes', async () => {
    const thread_ts = ask();
    const there = { channel_id: 'C0GENERAL', thread_ts };
    await client.assistant.threads.setStatus({ ...there, status: 'is searching…' });
    expect(slack.workspace().status('C0GENERAL', thread_ts)).toEqual({ status: 'is searching…' });
    await client.chat.postMessage({ channel: 'C0GENERAL', thread_ts, text: 'found' });
    expect(slack.workspace().status('C0GENERAL', thread_ts)).toBeUndefined();
    await client.assistant.threads.setStatus({ ...there, status: 'again' });
    await client.assistant.threads.setStatus({ ...there, status: '' });
    expect(slack.workspace().status('C0GENERAL', thread_ts)).toBeUndefined();
    const nowhere = { ...there, thread_ts: '1600000000.000100', status: 'x' };
    expect(await refusalOf(client.assistant.threads.setStatus(nowhere))).toBe('invalid_thread_ts');
  });

  it('takes only the four session states', async () => {
    const there = { channel_id: 'C0GENERAL', thread_ts: ask() };
    expect(await refusalOf(client.agents.sessions.setStatus({ ...there, status: 'thinking' }))).toBe(
      'invalid_arguments',
    );
    await client.agents.sessions.setStatus({ ...there, status: 'processing' });
    expect(slack.workspace().session('C0GENERAL', there.thread_ts)).toBe('processing');
  });

  it('pages replies, the root first on every page', async () => {
    const workspace = slack.workspace();
    const ts = ask('root');
    for (const text of ['a', 'b', 'c', 'd']) {
      workspace.add({ channelId: 'C0GENERAL', userId: 'U0ADA', text, threadTs: ts });
    }
    const pages: (string | undefined)[][] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page: webApi.ConversationsRepliesResponse = await client.conversations.replies({
        channel: 'C0GENERAL',
        ts,
        cursor,
        limit: 2,
      });
      pages.push((page.messages ?? []).map(({ text }) => text));
      cursor = page.response_metadata?.next_cursor;
    }
    expect(pages).toEqual([
      ['root', 'a'],
      ['root', 'b', 'c'],
      ['root', 'd'],
    ]);
    const there = { channel: 'C0GENERAL', ts };
    expect(await refusalOf(client.conversations.replies({ ...there, cursor: 'bm8=' }))).toBe(
      'invalid_cursor',
    );
    expect(await refusalOf(client.conversations.replies({ ...there, oldest: 'now' }))).toBe(
      'invalid_ts_oldest',
    );
    const unknown = client.conversations.replies({ ...there, ts: '1600000000.000100' });
    expect(await refusalOf(unknown)).toBe('thread_not_found');
  });

  it('bounds replies by time', async () => {
    const workspace = slack.workspace();
    const ts = ask('root');
    const texts = async (bounds: { oldest?: string; latest?: string; inclusive?: boolean }) => {
      const { messages } = await client.conversations.replies({ channel: 'C0GENERAL', ts, ...bounds });
      return messages?.map(({ text }) => text);
    };
    const [a, b] = ['a', 'b', 'c'].map(
      (text) => workspace.add({ channelId: 'C0GENERAL', userId: 'U0ADA', text, threadTs: ts }).ts,
    );
    expect(await texts({ oldest: a ?? '' })).toEqual(['root', 'b', 'c']);
    expect(await texts({ latest: b ?? '', inclusive: true })).toEqual(['root', 'a', 'b']);
  });
});

describe('a workspace', () => {
  it('sorts a reply after its root, also when the root has a later ts than the clock', () => {
    const workspace = createWorkspace({ now: () => 1_700_000_000_000 });
    const place = { channelId: 'C0HELP', userId: 'U0ADA' };
    const root = workspace.add({ ...place, text: 'root', ts: '1800000000.000100' });
    const early = workspace.add({ ...place, text: 'early', ts: '1600000000.000100' });
    const reply = workspace.add({ ...place, text: 'reply', threadTs: root.ts });
    expect(workspace.messages('C0HELP')).toEqual([early, root, reply]);
    expect(() => workspace.add({ ...place, text: 'twice', ts: root.ts })).toThrow('already has a message');
  });

  it('lets a click open a modal for three seconds, once', () => {
    let clock = 0;
    const workspace = createWorkspace({ now: () => clock });
    const [used, late] = [workspace.issueTrigger('U0ADA'), workspace.issueTrigger('U0ADA')];
    expect(workspace.useTrigger(used)).toEqual({ userId: 'U0ADA' });
    expect(workspace.useTrigger(used)).toBe('invalid');
    clock = 3_001;
    expect(workspace.useTrigger(late)).toBe('expired');
  });
});
