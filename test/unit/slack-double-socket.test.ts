import type { AppOptions } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { type RecordingApp, recordOverSocket } from '../support/recording-app.js';

let slack: SlackDouble;
let apps: RecordingApp[] = [];

afterEach(async () => {
  for (const app of apps) await app.stop();
  apps = [];
  await slack.close();
});

async function startDouble(options: SlackDoubleOptions = {}): Promise<void> {
  slack = await startSlackDouble({ random: () => 0, retryDelaysMs: [0], ackTimeoutMs: 1_000, ...options });
}

async function overSocket(authorize?: AppOptions['authorize']): Promise<RecordingApp> {
  const app = await recordOverSocket(slack, authorize);
  apps.push(app);
  return app;
}

describe('Socket Mode', () => {
  it('delivers and gets its ack', async () => {
    await startDouble();
    const { received } = await overSocket();
    const { deliveries } = await slack.post({ user: 'U0ADA', channel: 'C0GENERAL', text: '<@U0BOT> hi' });
    expect(deliveries.map(({ acked }) => acked)).toEqual([true, true]);
    await slack.waitFor(() => received.length === 2);
    expect(received.map(({ type }) => type).sort()).toEqual(['app_mention', 'message']);
  });

  it('gives each event to one of the connections', async () => {
    let next = 0;
    await startDouble({ random: () => [0.1, 0.9][next++ % 2] ?? 0 });
    const [one, two] = [await overSocket(), await overSocket()];
    expect(slack.socketMode.connections()).toBe(2);
    for (const text of ['one', 'two']) await slack.post({ user: 'U0ADA', channel: 'D0ADA', text });
    await slack.waitFor(() => one.received.length === 1 && two.received.length === 1);
  });

  it('is reconnected after a refresh', async () => {
    await startDouble();
    await overSocket();
    slack.socketMode.refresh();
    expect(slack.socketMode.connections()).toBe(0);
    await slack.waitFor(() => slack.socketMode.connections() === 1, { describe: 'a new connection' });
    expect(slack.calls('apps.connections.open')).toHaveLength(2);
    const { deliveries } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'still there?' });
    expect(deliveries[0]?.acked).toBe(true);
  });

  it('delivers an unacked event again', async () => {
    await startDouble({ retryDelaysMs: [0, 0, 0], ackTimeoutMs: 400 });
    let asked = 0;
    const { received } = await overSocket(async () => {
      asked += 1;
      if (asked === 1) throw new Error('The installation store is down');
      return { botToken: slack.botToken, botId: 'B0BOT', botUserId: 'U0BOT' };
    });
    const { deliveries } = await slack.post({ user: 'U0ADA', channel: 'D0ADA', text: 'again' });
    await deliveries[0]?.settled;
    const [first, second] = deliveries[0]?.attempts ?? [];
    expect(first?.ok).toBe(false);
    expect(second?.retry).toEqual({ num: 1, reason: first?.failure });
    expect(deliveries[0]?.acked).toBe(true);
    await slack.waitFor(() => received.find(({ retryNum = 0 }) => retryNum > 0));
  });
});
