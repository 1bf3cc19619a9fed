import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/logger.js';
import { createAdminProblems } from '../../src/slack/connection/admin-problems.js';

const HOUR_MS = 3600_000;

function watch() {
  const lines: string[] = [];
  let time = 0;
  const stream = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
  const onRefusal = createAdminProblems({ log: createLogger({ level: 'info', stream }), now: () => time });
  const refuse = (method: string, args: object, data: { error: string; needed?: string }) =>
    onRefusal(method, args, new webApi.WebAPIPlatformError({ ok: false, ...data }));
  return { lines, refuse, pass: (ms: number) => (time += ms) };
}

test('a missing scope is named, once an hour', () => {
  const { lines, refuse, pass } = watch();
  const missing = { error: 'missing_scope', needed: 'channels:history,groups:history' };
  for (let n = 0; n < 3; n += 1) refuse('conversations.replies', { channel: 'C1' }, missing);
  refuse('users.info', { user: 'U1' }, { error: 'missing_scope', needed: 'users:read' });
  expect(lines).toEqual([
    expect.stringMatching(
      /^Slack refused conversations.replies: the app lacks the scope channels:history or groups/,
    ),
    expect.stringMatching(
      /^Slack refused users.info: the app lacks the scope users:read\. Paste slack-manifest.yml/,
    ),
  ]);
  pass(HOUR_MS);
  refuse('conversations.replies', { channel: 'C1' }, missing);
  expect(lines).toHaveLength(3);
});

test('a channel without the bot is named, each of them', () => {
  const { lines, refuse } = watch();
  refuse('chat.postMessage', { channel: 'C1' }, { error: 'not_in_channel' });
  refuse('chat.startStream', { channel: 'C1' }, { error: 'not_in_channel' });
  refuse('assistant.threads.setStatus', { channel_id: 'C2' }, { error: 'channel_not_found' });
  expect(lines).toEqual([
    expect.stringContaining('the bot is not in C1'),
    expect.stringContaining('the bot is not in C2'),
  ]);
});

test.each(['token_revoked', 'account_inactive', 'invalid_auth'])(
  '%s says to install the app again',
  (error) => {
    const { lines, refuse } = watch();
    refuse('chat.postMessage', { channel: 'C1' }, { error });
    refuse('chat.startStream', { channel: 'C2' }, { error });
    expect(lines).toEqual([expect.stringMatching(/bot token is not valid any more.*SLACK_BOT_TOKEN/)]);
  },
);

test('what an admin can do nothing about is not said', () => {
  const { lines, refuse } = watch();
  refuse('chat.update', { channel: 'C1' }, { error: 'message_not_found' });
  expect(lines).toEqual([]);
});
