import { afterAll, beforeAll, expect, test } from 'vitest';
import { traitsOf } from '../../src/models/claude-traits.js';
import { blocksOf, PromptCache } from '../support/prompt-cache.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('a thread is read from the prompt cache as it grows and others join, and old passages are not sent again', async () => {
  // The rewriting of follow-ups asks for one reply as a whole; the answers are what is looked at.
  world.claude.reply(({ stream }) =>
    stream ? ['It takes ten days.', { cite: 0 }] : ['How long do refunds take?'],
  );
  const { message: root } = await world.ask({ text: 'How long do refunds take?' });
  await world.answerTo(root);
  const inThread = { channel: root.channelId, threadTs: root.ts };
  await world.slack.post({ ...inThread, user: 'U0GRACE', text: 'I always wondered.' });
  for (const [user, text] of [
    ['U0GRACE', 'How do I export invoices?'],
    ['U0ADA', 'And how are webhooks signed?'],
  ] as const) {
    const { message } = await world.ask({ ...inThread, user, text });
    await world.answerTo(message);
  }

  const bodies = world.claude.requests.map(({ body }) => body).filter(({ stream }) => stream);
  expect(bodies).toHaveLength(3);
  const cache = new PromptCache(traitsOf('claude-sonnet-5-5').cacheMinimum);
  const uses = bodies.map((body) => cache.use(body, 0));
  const [first, second, third] = uses;
  expect(first).toMatchObject({ read: 0, written5m: 0 });
  expect(second?.read).toBe(first?.written1h);
  expect(second?.written5m).toBeGreaterThan(0);
  expect(third?.read).toBe((second?.read ?? 0) + (second?.written5m ?? 0));

  for (const [index, body] of bodies.entries()) {
    // Passages stand in the last message alone, and nothing in it is to be kept but what people said before it.
    const before = JSON.stringify(body.messages.slice(0, -1));
    expect(before).not.toContain('search_result');
    const content = body.messages.at(-1)?.content;
    const parts = typeof content === 'object' ? content : [];
    expect(parts.filter(({ type }) => type === 'search_result').length).toBeGreaterThan(0);
    expect(parts.at(-1)).toMatchObject({
      type: 'text',
      text: expect.stringMatching(/^U0(ADA|GRACE) wrote:\n/),
    });
    expect(blocksOf(body).filter(({ mark }) => mark)).toHaveLength(index === 0 ? 1 : 2);
  }
  expect(JSON.stringify(bodies[2]?.messages)).toContain('U0GRACE wrote:\\nI always wondered.');
});
