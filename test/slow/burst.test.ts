import { afterEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../src/playground/slack/model.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { startWorld, type World } from '../support/world.js';

/** With Slack's tiers enforced. */
describe('forty questions at once in one workspace', () => {
  let world: World;
  afterEach(() => world?.close());

  const workspaceWith = (count: number) => {
    const channels = Array.from({ length: count }, (_, index): Channel => {
      const members = new Set(['U0ADA', 'U0GRACE', 'U0BOT']);
      return { id: `C${index}`, name: `channel-${index}`, kind: 'channel', members };
    });
    return createWorkspace({ channels });
  };

  test('in ten channels are all answered, and Slack never says no', async () => {
    world = await startWorld({ slack: { limits: 'slack', workspaces: [workspaceWith(10)] } });
    world.claude.reply(['Within ten working days.', { cite: 0 }, ' And so on.']);
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        world.ask({ channel: `C${index % 10}`, text: 'how long does a refund take?' }),
      ),
    );
    const { slack } = world;
    const isAnswered = ({ message }: (typeof asked)[number]) =>
      world.thread(message).some(({ blocks }) => JSON.stringify(blocks ?? []).includes('feedback_buttons'));
    await slack.waitFor(() => asked.every(isAnswered), { timeoutMs: 20_000 });
    expect(slack.calls().filter(({ response }) => response?.status === 429)).toEqual([]);
    expect(slack.calls('chat.startStream').length).toBeLessThanOrEqual(16);
    for (const { message } of asked) {
      expect(world.thread(message)).toHaveLength(2);
      await slack.waitFor(() => !slack.workspace().status(message.channelId, message.ts));
    }
  }, 30_000);

  test('in one channel are answered a second apart, and those that wait say so', async () => {
    world = await startWorld({ slack: { limits: 'slack', workspaces: [workspaceWith(1)] } });
    world.slack.fail('chat.startStream', { error: 'channel_type_not_supported' });
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => world.ask({ channel: 'C0', text: 'how long does a refund take?' })),
    );
    const { slack } = world;
    await slack.waitFor(() => asked.every(({ message }) => world.thread(message).length === 2), {
      timeoutMs: 20_000,
    });
    expect(slack.calls().filter(({ response }) => response?.status === 429)).toEqual([]);
    const statuses = slack.calls('assistant.threads.setStatus').map(({ args }) => String(args.status));
    expect(statuses.some((status) => status.includes('waiting for its turn'))).toBe(true);
  }, 30_000);
});
