import { describe, expect, it } from 'vitest';
import type { SlackDouble, SlackDoubleOptions } from '../../src/playground/slack/slack-double.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { recordOverSocket } from '../support/recording-app.js';

let slack: SlackDouble;

async function startDouble(options: SlackDoubleOptions = {}): Promise<void> {
  slack = await newSlackDouble({ random: () => 0, retryDelaysMs: [0], ackTimeoutMs: 1_000, ...options });
}

describe('Socket Mode', () => {
  it('delivers and gets its ack', async () => {
    await startDouble();
    const { received } = await recordOverSocket(slack);
    const { deliveries } = await slack.post({ user: 'U0ADA', channel: 'C0GENERAL', text: '<@U0BOT> hi' });
    expect(deliveries.map(({ acked }) => acked)).toEqual([true, true]);
    await slack.waitFor(() => received.length === 2);
    expect(received.map(({ type }) => type).sort()).toEqual(['app_mention', 'message']);
  });

  it('gives each event to one of the connections', async () => {
    let next = 0;
    await startDouble({ random: () => [0.1, 0.9][next++ % 2] ?? 0 });
    const [one, two] = [await recordOverSocket(slack), await recordOverSocket(slack)];
    expect(slack.socketMode.connections()).toBe(2);
    for (const text of ['one', 'two']) await slack.post({ user: 'U0ADA', channel: 'D0ADA', text });
    await slack.waitFor(() => one.received.length === 1 && two.received.length === 1);
  });

  it('is reconnected after a refresh', async () => {
    await startDouble();
    await recordOverSocket(slack);
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
    const { received } = await recordOverSocket(slack, async () => {
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
