import { afterEach, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import type { Message } from '../../src/playground/slack/model.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world?.close());

const NOTICE = 'Questions go to a model.';

async function start(notice: string | undefined): Promise<void> {
  world = await startWorld({ config: (config) => ({ ...config, notice }) });
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
}

async function answerIn(channel: string): Promise<string> {
  const { message } = await world.ask({ text: 'how long does a refund take?', channel });
  const ended = ({ blocks }: Message) => JSON.stringify(blocks ?? []).includes('feedback_buttons');
  return (await world.slack.waitFor(() => world.thread(message).find(ended))).text;
}

test('the first answer in a channel says where questions go, once, also after a restart', async () => {
  await start(NOTICE);
  expect(await answerIn('C0GENERAL')).toContain(`_${NOTICE}_`);
  expect(await answerIn('C0GENERAL')).not.toContain(NOTICE);
  expect(await answerIn('D0ADA')).not.toContain(NOTICE);
  expect(await answerIn('G0PRIVATE')).toContain(`_${NOTICE}_`);

  await world.bot.stop();
  const next = await createBot(world.config, { log: world.log, host: '127.0.0.1' });
  world.slack.connect({ kind: 'http', url: await next.start() });
  try {
    expect(await answerIn('C0GENERAL')).not.toContain(NOTICE);
  } finally {
    await next.stop();
  }
});

test('the help says it, unless it is turned off', async () => {
  await start(NOTICE);
  const help = { channel: 'C0GENERAL', user: 'U0ADA', command: '/threadsmith', text: '' };
  expect((await world.slack.command(help)).attempts[0]?.body).toContain(NOTICE);
  await world.ask({ text: '' });
  await world.slack.waitFor(() =>
    world.slack
      .workspace()
      .messages('C0GENERAL')
      .some(({ text }) => text.includes(`_${NOTICE}_`)),
  );
  await world.close();

  await start(undefined);
  expect((await world.slack.command(help)).attempts[0]?.body).not.toContain(NOTICE);
  expect(await answerIn('C0GENERAL')).not.toContain('_');
});
