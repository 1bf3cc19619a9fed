import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { startWorld, type World } from '../support/world.js';

describe('Socket Mode', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ transport: 'socket' });
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
  });
  afterAll(() => world.close());

  const ask = async () => {
    const { message, deliveries } = await world.ask({ text: 'how long does a refund take?' });
    expect(deliveries.map(({ acked }) => acked)).toEqual([true, true]);
    return world.answerTo(message);
  };

  test('answers over two connections', async () => {
    expect(world.slack.socketMode.connections()).toBe(2);
    expect((await ask()).text).toBe('Within ten working days. [1]');
  });

  test('misses nothing while Slack refreshes a connection, and has two again', async () => {
    world.slack.socketMode.refresh(0);
    expect((await ask()).text).toBe('Within ten working days. [1]');
    await world.slack.waitFor(() => world.slack.socketMode.connections() === 2);
    expect((await ask()).text).toBe('Within ten working days. [1]');
  });

  test('comes back after every connection was cut and Slack refused for a while', async () => {
    world.slack.fail('apps.connections.open', { status: 500 }, { times: 3 });
    world.slack.socketMode.drop();
    await world.slack.waitFor(() => world.slack.socketMode.connections() === 0);
    await world.slack.waitFor(() => world.slack.socketMode.connections() === 2, { timeoutMs: 15_000 });
    expect((await ask()).text).toBe('Within ten working days. [1]');
  });

  test('a wrong app token is one line that names the setting', async () => {
    const { config, log } = world;
    if (config.slack?.kind !== 'socket') throw new Error('the world uses Socket Mode');
    const bot = await createBot({ ...config, slack: { ...config.slack, appToken: 'xapp-wrong' } }, { log });
    await expect(bot.start()).rejects.toThrow(
      /^SLACK_APP_TOKEN must be accepted by Slack, got "invalid_auth"/,
    );
    await bot.stop();
  });
});
