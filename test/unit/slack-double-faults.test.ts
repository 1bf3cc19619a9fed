import { webApi } from '@slack/bolt';
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

describe('going wrong on request', () => {
  it('enforces the tiers, with Retry-After', async () => {
    slack = await newSlackDouble({ limits: 'slack', now: () => clock });
    client = slackClient(slack);
    const start = () => client.chat.startStream({ channel: 'D0ADA', thread_ts: root });
    const root = ask('hello', 'D0ADA');
    for (let count = 0; count < 20; count += 1) await start();
    clock += 10_000;
    const refused: unknown = await start().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(webApi.WebAPIRateLimitedError);
    expect(refused).toMatchObject({ retryAfter: 50 });
    clock += 50_000;
    await start();
  });

  it('limits posts by channel', async () => {
    slack = await newSlackDouble({ limits: 'slack', now: () => clock });
    client = slackClient(slack);
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'x' });
    for (const _ of 'abc') await post('C0HELP');
    await expect(post('C0HELP')).rejects.toBeInstanceOf(webApi.WebAPIRateLimitedError);
    await post('C0GENERAL');
  });

  it('fails the calls that it is told to fail, so often', async () => {
    slack.fail(
      'chat.postMessage',
      { error: 'fatal_error' },
      { times: 1, match: ({ text }) => text === 'bad' },
    );
    const post = (text: string) => client.chat.postMessage({ channel: 'C0HELP', text });
    await post('good');
    expect(await refusalOf(post('bad'))).toBe('fatal_error');
    await post('bad');
    slack.fail('*', { status: 503 });
    await expect(post('x')).rejects.toMatchObject({ statusCode: 503 });
    slack.clearFaults();
    slack.fail('chat.postMessage', { rateLimited: 7 }, { times: 1 });
    await expect(post('x')).rejects.toMatchObject({ retryAfter: 7 });
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('resets the connection %s the post took effect', async (reset, posts) => {
    slack.fail('chat.postMessage', { reset }, { times: 1 });
    await expect(client.chat.postMessage({ channel: 'C0HELP', text: 'x' })).rejects.toThrow();
    expect(slack.workspace().messages('C0HELP')).toHaveLength(posts);
  });

  it('hangs until the client gives up', async () => {
    slack.fail('auth.test', { hang: true });
    await expect(slackClient(slack, { timeout: 50 }).auth.test()).rejects.toThrow();
    expect(slack.calls('auth.test')).toMatchObject([{ fault: { hang: true } }]);
    expect(slack.calls('auth.test')[0]).not.toHaveProperty('response');
  });
});
