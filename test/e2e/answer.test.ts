import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runIdFor } from '../../src/threads/run-id.js';
import { startWorld, type World } from '../support/world.js';

describe('an answer', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  test('to a mention is streamed into its thread, cited, with sources and feedback buttons', async () => {
    const { slack, claude } = world;
    claude.reply([
      'It is tried again ',
      'five times.',
      { cite: 0 },
      ' Then it is switched off.',
      { cite: 0 },
    ]);
    const { message, deliveries } = await world.ask({ text: 'how often is a webhook tried again?' });
    expect(deliveries.every(({ attempts }) => attempts[0]?.status === 200)).toBe(true);

    const answer = await world.answerTo(message);
    expect(answer.threadTs).toBe(message.ts);
    expect(answer.stream?.state).toBe('completed');
    expect(answer.text).toBe('It is tried again five times. [1] Then it is switched off. [1]');
    const blocks = JSON.stringify(answer.blocks);
    expect(blocks).toContain('[1] <https://docs.example.com/webhooks|Webhooks>');
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: message.channelId, messageTs: message.ts });
    expect(blocks).toContain(`1:${runId}`);
    expect(slack.calls('chat.startStream')).toHaveLength(1);
    expect(slack.calls('chat.postMessage')).toHaveLength(0);
    await slack.waitFor(() => slack.workspace().session(message.channelId, message.ts) === 'active');
    expect(slack.workspace().status(message.channelId, message.ts)).toBeUndefined();
  });

  test('is asked of Claude with the passages, the mention taken out, thinking off and no sampling parameters', async () => {
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    const { body } = world.claude.requests.at(-1) ?? {};
    expect(body).toMatchObject({
      model: 'claude-sonnet-5-5',
      stream: true,
      thinking: { type: 'between_tools' },
    });
    expect(body).not.toHaveProperty('temperature');
    expect(body?.messages).toHaveLength(1);
    const content = body?.messages[0]?.content;
    expect(content).toContainEqual({
      type: 'text',
      text: 'U0ADA wrote:\nhow long does a refund take?',
    });
    expect(content).toContainEqual(
      expect.objectContaining({ type: 'search_result', title: 'Billing', citations: { enabled: true } }),
    );
  });

  test.each([
    ['a direct message', { channel: 'D0ADA' }],
    ['a private channel', { channel: 'G0PRIVATE' }],
    ['a group direct message', { channel: 'G0GROUP' }],
  ])('comes in %s', async (_name, where) => {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ ...where, text: 'how long does a refund take?' });
    expect((await world.answerTo(message)).text).toContain('ten working days');
  });

  test('to a follow-up knows the thread: earlier turns are read from Slack', async () => {
    const { slack, claude } = world;
    claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.answerTo(message);
    expect(slack.calls('conversations.replies').filter(({ args }) => args.ts === message.ts)).toHaveLength(0);

    claude.reply(['To the card that paid.', { cite: 0 }]);
    const { message: followUp } = await world.ask({ text: 'and to which card?', threadTs: message.ts });
    expect((await world.answerTo(followUp)).text).toContain('To the card that paid.');
    const turns = claude.requests.at(-1)?.body.messages ?? [];
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(turns[0]?.content).toEqual([{ type: 'text', text: 'U0ADA wrote:\nhow long does a refund take?' }]);
    expect(JSON.stringify(turns[1]?.content)).toContain('Within ten working days.');
  });

  test('goes to each of two threads at once, and never to the other', async () => {
    const { claude } = world;
    claude.reply(({ messages }) => [
      JSON.stringify(messages).includes('refund') ? 'About refunds.' : 'About exports.',
      { cite: 0 },
    ]);
    const [refunds, exports] = await Promise.all([
      world.ask({ text: 'how long does a refund take?' }),
      world.ask({ text: 'how many rows may an export hold?', user: 'U0GRACE' }),
    ]);
    const answers = await Promise.all([world.answerTo(refunds.message), world.answerTo(exports.message)]);
    expect(answers.map(({ text }) => text)).toEqual(['About refunds. [1]', 'About exports. [1]']);
    expect(answers[0]?.threadTs).toBe(refunds.message.ts);
    expect(answers[1]?.threadTs).toBe(exports.message.ts);
  });

  test('waits for the answer before it in the same thread', async () => {
    const { claude } = world;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply(['First', { waitFor: held }, ' answer.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await world.slack.waitFor(() => world.thread(message).some(({ text }) => text.startsWith('First')));
    const before = claude.requests.length;
    const { message: second } = await world.ask({ text: 'and what does a seat cost?', threadTs: message.ts });
    expect(claude.requests.length).toBe(before);
    claude.reply(['Second answer.', { cite: 0 }]);
    release();
    expect((await world.answerTo(second)).text).toBe('Second answer. [1]');
    expect(world.thread(message).map(({ text }) => text)).toContain('First answer. [1]');
  });

  test('to an empty question is a short help text in the thread', async () => {
    const before = world.claude.requests.length;
    const { message } = await world.ask({ text: '' });
    const help = await world.answerTo(message);
    expect(help.text).toContain('Ask me something');
    expect(help.threadTs).toBe(message.ts);
    expect(world.claude.requests.length).toBe(before);
  });

  test('shows its first words while Claude is still writing', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // A letter might begin a secret: a figure is shown at once.
    world.claude.reply(['Within 10', { waitFor: held }, ' days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const early = await world.slack.waitFor(() =>
      world.thread(message).find(({ text }) => text === 'Within 10'),
    );
    expect(early.stream?.state).toBe('in_progress');
    release();
    expect((await world.answerTo(message)).text).toBe('Within 10 days. [1]');
  });

  test('cannot page anybody, whatever the model writes', async () => {
    world.claude.reply(['<!chan', 'nel> @chan', 'nel <@U0GRACE> & so on', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const { text } = await world.answerTo(message);
    expect(text).toBe('&lt;!channel&gt; @\u2060channel &lt;@U0GRACE&gt; &amp; so on [1]');
  });

  test('says which files it did not read, when only the twin of the mention names them', async () => {
    world.claude.reply(['Within ten days.', { cite: 0 }]);
    const files = [{ name: 'invoice.pdf', mimetype: 'application/pdf', content: '%PDF-' }];
    const { message } = await world.ask({ text: 'is this a refund?', files, first: 'app_mention' });
    expect((await world.answerTo(message)).text).toContain('I did not read `invoice.pdf`');
  });
});
