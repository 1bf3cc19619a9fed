import { describe, expect, onTestFinished, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import type { Message } from '../../src/playground/slack/model.js';
import { newDirectory } from '../support/new-directory.js';
import { onPostgres } from '../support/on-postgres.js';
import { startWorld, type World } from '../support/world.js';

const FOR_EVER = { waitFor: new Promise(() => {}) };

/** What reaches one replica while another one is at work on the answer. */
onPostgres((server) => {
  /** An answer that the first of two replicas is writing; from now on Slack's events go to the second. */
  async function answeringElsewhere(): Promise<{ world: World; question: Message }> {
    const databaseUrl = await server().newDatabase();
    const world = await startWorld({ config: (config) => ({ ...config, databaseUrl }) });
    onTestFinished(() => world.close());
    world.claude.reply(({ messages }) =>
      JSON.stringify(messages).includes('what does a seat cost?')
        ? ['Twelve euros.']
        : ['Ten days of course. ', FOR_EVER],
    );
    const { message: question } = await world.ask({ text: 'how long does a refund take?' });
    await world.slack.waitFor(() => own(world, question).length === 1);

    const dataDir = await newDirectory();
    const second = await createBot({ ...world.config, dataDir }, { log: world.log, host: '127.0.0.1' });
    onTestFinished(() => second.stop());
    world.slack.connect({ kind: 'http', url: await second.start() });
    return { world, question };
  }

  const own = (world: World, message: Message) =>
    world.thread(message).filter(({ userId }) => userId === 'U0BOT');

  describe('an answer of another replica', () => {
    test('is stopped', async () => {
      const { world, question } = await answeringElsewhere();
      await world.slack.stop({ channel: question.channelId, user: 'U0ADA', threadTs: question.ts });
      expect((await world.answerTo(question)).text).toMatch(/^Ten days of course\. *\n\n_\(stopped\)_$/);
      await world.slack.waitFor(() => world.claude.requests[0]?.closed);
      const [turn] = await world.traces(question);
      expect(turn?.run.error).toBe('Cancelled');
    });

    test('is written anew there when its question is edited', async () => {
      const { world, question } = await answeringElsewhere();
      const { channelId: channel, ts } = question;
      await world.slack.edit({ channel, ts, text: '<@U0BOT> what does a seat cost?' });
      await world.slack.waitFor(() => JSON.stringify(own(world, question)).includes('Twelve euros.'));
      expect(own(world, question)).toHaveLength(1);
      expect(JSON.stringify(own(world, question))).not.toContain('Ten days');
      const turns = await world.traces(question, 2);
      expect(turns.map(({ run }) => run.error)).toEqual(['Cancelled', undefined]);
    });

    test('goes when its question is deleted', async () => {
      const { world, question } = await answeringElsewhere();
      await world.slack.delete({ channel: question.channelId, ts: question.ts });
      await world.slack.waitFor(() => own(world, question).length === 0);
      await world.slack.waitFor(() => world.claude.requests[0]?.closed);
    });
  });
});
