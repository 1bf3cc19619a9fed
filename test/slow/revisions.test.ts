import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/playground/slack/model.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { journalOf } from '../support/journal-of.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

const ROOT = 'how long does a refund take?';
const FOR_EVER = { waitFor: new Promise(() => {}) };

let world: World;
afterEach(() => world?.close());

async function start(options?: WorldOptions): Promise<void> {
  world = await startWorld(options);
  world.claude.reply(({ messages }) =>
    JSON.stringify(messages).includes('what does a seat cost?')
      ? ['Twelve euros.']
      : ['Ten days.', { cite: 0 }],
  );
}

async function asked(text = ROOT, channel = 'C0GENERAL'): Promise<Message> {
  return (await world.ask({ text, channel })).message;
}

async function answered(text = ROOT, channel = 'C0GENERAL'): Promise<{ root: Message; answer: Message }> {
  const root = await asked(text, channel);
  const answer = await world.answerTo(root);
  await isSettled();
  return { root, answer };
}

async function isSettled(): Promise<void> {
  const { open } = await journalOf(world);
  await expect.poll(open).toEqual([]);
}

const edit = ({ channelId, ts }: Message, text: string) =>
  world.slack.edit({ channel: channelId, ts, text: channelId.startsWith('D') ? text : `<@U0BOT> ${text}` });
const remove = ({ channelId, ts }: Message) => world.slack.delete({ channel: channelId, ts });
const own = (message: Message) => world.thread(message).filter(({ userId }) => userId === 'U0BOT');
const shown = ({ text, blocks, stream }: Message) =>
  `${stream || !blocks ? text : ''}${JSON.stringify(blocks ?? [])}`;
const runOf = ({ channelId, ts }: Message, revision: number) =>
  runIdFor({ tenantId: 'T0LOCAL', channelId, messageTs: ts }, revision);

/** Everything sent before it has been handled, or never will be. */
async function untilHandled(): Promise<void> {
  const { message } = await world.ask({ text: 'what does a seat cost?', channel: 'C0HELP' });
  await world.answerTo(message);
}

describe.each(['http', 'socket'] as const)('over %s, an edited question', (transport) => {
  test('has its answer changed in place, as a new revision of the same LangSmith thread', async () => {
    await start({ transport });
    const { root, answer } = await answered();
    await edit(root, 'what does a seat cost?');
    await world.slack.waitFor(() => shown(own(root)[0] ?? answer).includes('Twelve euros.'));
    await isSettled();
    expect(own(root).map(({ ts }) => ts)).toEqual([answer.ts]);
    const [changed = answer] = own(root);
    expect(shown(changed)).not.toContain('Ten days.');
    expect(shown(changed)).toContain(`1:${runOf(root, 1)}`);
    const turns = await world.traces(root, 2);
    expect(turns.map(({ run }) => run.id)).toEqual([runOf(root, 0), runOf(root, 1)]);
    expect(turns[1]?.run.inputs).toEqual({ messages: [{ role: 'user', content: 'what does a seat cost?' }] });
    expect(world.slack.workspace().status(root.channelId, root.ts)).toBeUndefined();
  });
});

describe('an edited question', () => {
  test('whose answer is being written is answered anew, in the same message, without a last word', async () => {
    await start();
    world.claude.reply(({ messages }) =>
      JSON.stringify(messages).includes('what does a seat cost?')
        ? ['Twelve euros.']
        : ['Ten days of course. ', FOR_EVER],
    );
    const root = await asked();
    await world.slack.waitFor(() => own(root).length === 1);
    await edit(root, 'what does a seat cost?');
    await world.slack.waitFor(() => own(root).some((message) => shown(message).includes('Twelve euros.')));
    await isSettled();
    expect(own(root)).toHaveLength(1);
    expect(JSON.stringify(own(root))).not.toMatch(/Ten days|stopped|wrong/);
    await world.slack.waitFor(() => world.claude.requests[0]?.closed);
    const turns = await world.traces(root, 2);
    expect(turns.map(({ run }) => run.error)).toEqual(['Cancelled', undefined]);
  });

  test('changed again and again gets the answer to its last text, once', async () => {
    await start();
    world.claude.reply(({ messages }) => {
      const text = JSON.stringify(messages);
      return text.includes('what does a seat cost?') ? ['Twelve euros.'] : [{ pauseMs: 50 }, 'Ten days.'];
    });
    const { root } = await answered();
    await Promise.all([edit(root, 'how long, exactly?'), edit(root, 'how long, at most?')]);
    await edit(root, 'what does a seat cost?');
    await world.slack.waitFor(() => own(root).some((message) => shown(message).includes('Twelve euros.')));
    await isSettled();
    expect(own(root)).toHaveLength(1);
    expect(shown(own(root)[0] ?? root)).toContain('Twelve euros.');
  });

  test('in a direct message and without its mention is answered anew too', async () => {
    await start();
    const { root } = await answered(ROOT, 'D0ADA');
    await edit(root, 'what does a seat cost?');
    await world.slack.waitFor(() => shown(own(root)[0] ?? root).includes('Twelve euros.'));
    const { root: other } = await answered();
    await world.slack.edit({ channel: other.channelId, ts: other.ts, text: 'what does a seat cost?' });
    await world.slack.waitFor(() => shown(own(other)[0] ?? other).includes('Twelve euros.'));
  });

  test.each([
    ['that somebody followed up', 'follow-up', 0],
    ['after eleven minutes', 'late', 660],
  ])('%s keeps its answer', async (_name, kind, lateBy) => {
    await start();
    const { root, answer } = await answered();
    if (kind === 'follow-up') {
      const post = { channel: root.channelId, user: 'U0GRACE', threadTs: root.ts, text: 'thanks' };
      await world.slack.post(post);
      await edit(root, 'what does a seat cost?');
    } else {
      const edited = { user: 'U0ADA', ts: String((Number(root.ts) + lateBy).toFixed(6)) };
      const before = { type: 'message', user: 'U0ADA', ts: root.ts, text: root.text };
      const message = { ...before, text: '<@U0BOT> what does a seat cost?', edited };
      await world.slack.deliver(changed(root, message, before));
    }
    await untilHandled();
    expect(own(root)).toEqual([answer]);
  });

  test('without a word left, or with only "stop", stops what is being written and keeps what is finished', async () => {
    for (const text of ['', 'stop']) {
      await start();
      world.claude.reply(['Ten days of course. ', FOR_EVER]);
      const root = await asked();
      await world.slack.waitFor(() => own(root).length === 1);
      await edit(root, text);
      expect((await world.answerTo(root)).text).toMatch(/_\(stopped\)_$/);
      await world.close();
      await start();
      const { root: other, answer } = await answered();
      await edit(other, text);
      await untilHandled();
      expect(own(other)).toEqual([answer]);
      await world.close();
    }
  });

  test('that only now names the bot is a question, while it is fresh', async () => {
    await start();
    const { message } = await world.slack.post({ channel: 'C0HELP', user: 'U0ADA', text: ROOT });
    await edit(message, ROOT);
    expect((await world.answerTo(message)).text).toContain('Ten days.');
    const before = { type: 'message', user: 'U0ADA', ts: '1700000000.000100', text: ROOT };
    const edited = {
      ...before,
      text: `<@U0BOT> ${ROOT}`,
      edited: { user: 'U0ADA', ts: '1700001000.000100' },
    };
    const calls = world.slack.calls().length;
    await world.slack.deliver(changed(message, edited, before));
    await isSettled();
    expect(world.slack.calls()).toHaveLength(calls);
  });
});

/** A `message_changed` of the message's channel. */
function changed({ channelId }: Message, message: object, previous: object) {
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel: channelId,
    message,
    previous_message: previous,
    ts: '1700009999.000100',
    event_ts: '1700009999.000100',
  };
}

describe('a change that nobody wrote', () => {
  test.each([
    ['a preview of a link', { attachments: [{ from_url: 'https://example.com', text: 'Example' }] }],
    ['a reply', { reply_count: 1, latest_reply: '1.1' }],
    ['a pin', { pinned_to: ['C0GENERAL'] }],
  ])('%s does nothing', async (_name, fields) => {
    await start();
    const { root, answer } = await answered();
    const calls = world.slack.calls().length;
    const before = { type: 'message', user: 'U0ADA', ts: root.ts, text: root.text };
    await world.slack.deliver(changed(root, { ...before, ...fields }, before));
    const mine = { type: 'message', user: 'U0BOT', bot_id: 'B0BOT', ts: answer.ts, text: '<@U0BOT> a' };
    await world.slack.deliver(changed(root, { ...mine, text: '<@U0BOT> b' }, mine));
    await isSettled();
    expect(world.slack.calls()).toHaveLength(calls);
    expect(own(root)).toEqual([answer]);
  });
});

describe('a deleted question', () => {
  test('takes its answer with it when nobody replied', async () => {
    await start();
    const { root } = await answered();
    await remove(root);
    await world.slack.waitFor(() => own(root).length === 0);
    await isSettled();
  });

  test('that is being answered ends the work and leaves nothing behind', async () => {
    await start();
    world.claude.reply(['Ten days of course. ', FOR_EVER]);
    const root = await asked();
    await world.slack.waitFor(() => own(root).length === 1);
    await remove(root);
    await world.slack.waitFor(() => world.claude.requests[0]?.closed && own(root).length === 0);
    const workspace = world.slack.workspace();
    await world.slack.waitFor(() => workspace.session(root.channelId, root.ts) !== 'processing');
    expect(workspace.status(root.channelId, root.ts)).toBeUndefined();
    await isSettled();
  });

  test('leaves its answer where somebody wrote after it, without the buttons', async () => {
    await start();
    const { root, answer } = await answered();
    await world.slack.post({ channel: root.channelId, user: 'U0GRACE', threadTs: root.ts, text: 'thanks' });
    await remove(root);
    await world.slack.waitFor(() => !JSON.stringify(own(root)).includes('feedback_buttons'));
    expect(own(root).map(({ ts }) => ts)).toEqual([answer.ts]);
    expect(shown(own(root)[0] ?? root)).toContain('Ten days.');
  });

  test('with replies, which Slack tells as a change into a tombstone, is the same', async () => {
    await start();
    const { root } = await answered();
    const before = { type: 'message', user: 'U0ADA', ts: root.ts, thread_ts: root.ts, text: root.text };
    const tombstone = { type: 'message', subtype: 'tombstone', user: 'USLACKBOT', hidden: true, ts: root.ts };
    await world.slack.deliver(changed(root, tombstone, before));
    await world.slack.waitFor(() => own(root).length === 0);
  });

  test('that was none of the bot’s costs no call', async () => {
    await start();
    const { message } = await world.slack.post({ channel: 'C0HELP', user: 'U0ADA', text: 'lunch?' });
    const calls = world.slack.calls().length;
    await world.slack.edit({ channel: 'C0HELP', ts: message.ts, text: 'dinner?' });
    await remove(message);
    await isSettled();
    expect(world.slack.calls()).toHaveLength(calls);
  });
});
