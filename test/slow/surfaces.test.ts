import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSqlite } from '../../src/database/sqlite.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../src/knowledge/migrations.js';
import { createOpenModals } from '../../src/playground/server/open-modals.js';
import type { Ephemeral } from '../../src/playground/slack/model.js';
import { privateThread } from '../../src/threads/private-thread.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

const QUESTION = 'how long does a refund take?';

let world: World;
afterEach(() => world?.close());

async function start(options: WorldOptions = {}): Promise<World> {
  world = await startWorld(options);
  world.claude.reply(['Within ten working days.', { cite: 0 }]);
  return world;
}

const command = (text: string, channel = 'C0GENERAL') =>
  world.slack.command({ channel, user: 'U0ADA', command: '/threadsmith', text });

/** What Ada was shown, oldest first, when there are `count` of them. */
const shown = (count: number): Promise<Ephemeral[]> =>
  world.slack.waitFor(
    () => world.slack.workspace().ephemerals.length >= count && [...world.slack.workspace().ephemerals],
    { describe: `${count} private messages` },
  );

const privateTraces = (channelId: string) =>
  world.langsmith.waitFor(() => {
    const asked = privateThread({ tenantId: 'T0LOCAL', channelId, userId: 'U0ADA' });
    const turns = world.langsmith.thread(sessionIdFor(asked)).filter(({ run }) => run.endTime !== undefined);
    return turns.length > 0 && turns;
  }, 'a private trace');

const blocksOf = ({ blocks }: { blocks?: unknown }) => JSON.stringify(blocks);

describe.each(['http', 'socket'] as const)('over %s', (transport) => {
  test('a slash command is answered privately, with sources, buttons and a trace of its own', async () => {
    const { slack, langsmith } = await start({ transport });
    const delivery = await command(QUESTION);
    expect(delivery.attempts[0]?.body).toContain('You asked: how long does a refund take?');
    const [taken, answer] = await shown(2);
    expect(taken?.userId).toBe('U0ADA');
    expect(answer).toMatchObject({ userId: 'U0ADA', channelId: 'C0GENERAL' });
    expect(blocksOf(answer ?? {})).toContain('Within ten working days. [1]');
    expect(blocksOf(answer ?? {})).toContain('[1] <https://docs.example.com/billing|Billing>');
    expect(slack.workspace().messages('C0GENERAL')).toEqual([]);

    const [turn] = await privateTraces('C0GENERAL');
    expect(turn?.run.metadata).toMatchObject({
      surface: 'slash_command',
      user: 'U0ADA',
      channel: 'C0GENERAL',
    });
    await slack.click({
      channel: 'C0GENERAL',
      user: 'U0ADA',
      ts: answer?.ts ?? '',
      actionId: 'threadsmith_feedback',
    });
    const [vote] = await langsmith.waitFor(() => {
      const votes = langsmith.feedback().filter(({ key }) => key === 'user_score');
      return votes.length > 0 && votes;
    }, 'a vote');
    expect(vote?.runId).toBe(turn?.run.id);
  });

  test('shared, the question is asked again for the channel, and answered in its thread', async () => {
    const { slack } = await start({ transport });
    await command(`${QUESTION} <!channel> & more`);
    const [, answer] = await shown(2);
    const button = {
      channel: 'C0GENERAL',
      user: 'U0ADA',
      ts: answer?.ts ?? '',
      actionId: 'threadsmith_share',
    };
    await Promise.all([slack.click(button), slack.click(button)]);
    const told = (await shown(4)).slice(2).map(({ text }) => text);
    expect(told.toSorted()).toEqual([
      'Shared: I answer in the channel.',
      'This question is in the channel already.',
    ]);

    const posted = slack
      .workspace()
      .messages('C0GENERAL')
      .filter(({ threadTs }) => threadTs === undefined);
    expect(posted).toHaveLength(1);
    const [question] = posted;
    if (!question) throw new Error('the question was posted');
    expect(blocksOf(question)).toContain('Asked by ada');
    expect(`${question.text}${blocksOf(question)}`).not.toContain('<!channel>');
    expect(`${question.text}${blocksOf(question)}`).not.toContain('"mrkdwn"');
    expect((await world.answerTo(question)).text).toContain('Within ten working days. [1]');
    const [turn] = await world.traces(question);
    expect(turn?.run.metadata).toMatchObject({ user: 'U0ADA', message_ts: question.ts });
    expect(turn?.run.id).not.toBe((await privateTraces('C0GENERAL'))[0]?.run.id);
  });

  test('a message shortcut opens a modal with the message; its answer is private and knows the message', async () => {
    const { slack, claude } = await start({ transport });
    const modals = createOpenModals({ workspace: slack.workspace(), interact: slack.interact });
    const { ts } = slack.workspace().add({
      channelId: 'C0GENERAL',
      userId: 'U0GRACE',
      text: 'A customer in <https://example.com|Spain> wants the money &amp; more back',
    });
    const chosen = { channel: 'C0GENERAL', user: 'U0ADA', ts, callbackId: 'threadsmith_ask_about' };
    expect((await slack.shortcut(chosen)).acked).toBe(true);
    const modal = await slack.waitFor(() => modals.top('U0ADA'));
    expect(JSON.stringify(modal)).toContain('A customer in');

    const fill = (text: string) => ({ threadsmith_question: { question: [text] } });
    expect(await modals.submit('U0ADA', modal.id, fill(' '))).toEqual({
      threadsmith_question: 'Please write a question.',
    });
    expect(await modals.submit('U0ADA', modal.id, fill('When do they get it?'))).toEqual({});
    const [taken, answer] = await shown(2);
    expect(taken?.text).toContain('You asked: When do they get it?');
    expect(blocksOf(answer ?? {})).toContain('Within ten working days. [1]');
    expect(blocksOf(answer ?? {})).not.toContain('threadsmith_share');
    expect(JSON.stringify(claude.requests.at(-1))).toContain('wants the money & more back');
    const [turn] = await privateTraces('C0GENERAL');
    expect(turn?.run.metadata).toMatchObject({ surface: 'message_shortcut', message_ts: ts });
  });

  test('the Home tab says what the bot knows, and to admins alone how it is set up', async () => {
    const { slack } = await start({ transport });
    await slack.openHome('U0ADA', 'home');
    const ada = blocksOf((await slack.waitFor(() => slack.workspace().home('U0ADA'))).view);
    expect(ada).toMatch(/3 documents in \d+ passages/);
    expect(ada).toContain('/threadsmith');
    expect(ada).toContain('Go on there without a mention');
    expect(ada).toMatch(
      /refreshed <!date\^\d+\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/,
    );
    expect(ada).toContain('*Answers:* Claude (claude-sonnet-5-5)');
    await slack.openHome('U0GRACE', 'home');
    const grace = blocksOf((await slack.waitFor(() => slack.workspace().home('U0GRACE'))).view);
    expect(grace).toContain('3 documents');
    expect(grace).not.toContain('Claude');
  });

  test('where people write to it, it suggests its own documents', async () => {
    const { slack } = await start({ transport });
    await slack.openHome('U0ADA', 'messages');
    const { prompts } = await slack.waitFor(() => slack.workspace().prompts('D0ADA'));
    expect(prompts.map(({ title }) => title).toSorted()).toEqual(['Billing', 'Exports', 'Webhooks']);
    expect(prompts[0]?.message).toMatch(/^What do the documents say about “\w+”\?$/);
  });
});

describe('the slash command', () => {
  test('without a question it helps', async () => {
    await start();
    const { attempts } = await command('  ');
    expect(attempts[0]?.body).toContain('for example: `/threadsmith');
    expect(world.claude.requests).toHaveLength(0);
  });

  test('works where the bot is not, and calls nothing there', async () => {
    const { slack } = await start();
    slack.workspace().channels.get('G0PRIVATE')?.members.delete('U0BOT');
    await command(QUESTION, 'G0PRIVATE');
    const [, answer] = await shown(2);
    expect(blocksOf(answer ?? {})).toContain('ten working days');
    const click = {
      channel: 'G0PRIVATE',
      user: 'U0ADA',
      ts: answer?.ts ?? '',
      actionId: 'threadsmith_share',
    };
    expect(
      slack
        .calls()
        .map(({ method }) => method)
        .filter((method) => method.startsWith('chat.')),
    ).toEqual([]);
    await slack.click(click);
    expect((await shown(3)).at(-1)?.text).toContain('/invite @threadsmith');
    // Once it is invited, the same button does it.
    slack.workspace().channels.get('G0PRIVATE')?.members.add('U0BOT');
    await slack.click(click);
    expect((await shown(4)).at(-1)?.text).toBe('Shared: I answer in the channel.');
  });

  test('in a direct message there is nobody to share with', async () => {
    await start();
    await command(QUESTION, 'D0ADA');
    const [, answer] = await shown(2);
    expect(blocksOf(answer ?? {})).not.toContain('threadsmith_share');
  });

  test('a guest is refused without a search, and nothing is shared with another organisation', async () => {
    const { slack } = await start();
    const workspace = slack.workspace();
    await command(QUESTION);
    const [, answer] = await shown(2);
    const general = workspace.channels.get('C0GENERAL');
    if (general) workspace.channels.set('C0GENERAL', { ...general, isExtShared: true });
    await slack.click({
      channel: 'C0GENERAL',
      user: 'U0ADA',
      ts: answer?.ts ?? '',
      actionId: 'threadsmith_share',
    });
    expect((await shown(3)).at(-1)?.text).toMatch(/^I answer from internal documents/);
    expect(workspace.messages('C0GENERAL')).toEqual([]);

    const grace = workspace.users.get('U0GRACE');
    if (grace) workspace.users.set('U0GRACE', { ...grace, isRestricted: true });
    const asked = world.claude.requests.length;
    await slack.command({ channel: 'C0GENERAL', user: 'U0GRACE', command: '/threadsmith', text: QUESTION });
    expect((await shown(5)).at(-1)?.text).toMatch(/^I answer from internal documents/);
    expect(world.claude.requests).toHaveLength(asked);
  });

  test('a long answer comes in parts and says where it ends', async () => {
    const { claude } = await start();
    claude.reply([
      Array.from({ length: 900 }, (_, n) => `Paragraph ${n} of a very long answer.`).join('\n\n'),
      { cite: 0 },
    ]);
    await command(QUESTION);
    const parts = (await shown(4)).slice(1);
    expect(parts).toHaveLength(3);
    expect(blocksOf(parts[0] ?? {})).toContain('Paragraph 0 of');
    expect(blocksOf(parts[2] ?? {})).toContain('as much as Slack lets me show privately');
    expect(blocksOf(parts[2] ?? {})).toContain('threadsmith_share');
  });

  test('what the model writes pages nobody and links nowhere else', async () => {
    const { claude } = await start();
    claude.reply(['Ask <!channel> at [here](https://evil.example.net/x).', { cite: 0 }]);
    await command(QUESTION);
    const answer = blocksOf((await shown(2))[1] ?? {});
    expect(answer).not.toContain('<!channel>');
    expect(answer).not.toContain('https://evil.example.net');
  });

  test('Slack takes the answer no more: one line of the log with a reference, no retry without end', async () => {
    const { slack } = await start();
    slack.fail('response_url', { error: 'expired_url' });
    await command(QUESTION);
    const line = await slack.waitFor(() =>
      world.logged.find(({ msg }) => msg === 'private answer not delivered'),
    );
    expect(line.reference).toMatch(/^[0-9a-f]{12}$/);
    expect(slack.calls('response_url')).toHaveLength(1);
  });

  test.each([{ rateLimited: 1 }, { status: 500 }, { reset: 'before' } as const])(
    'Slack stumbles (%j): the answer is sent again',
    async (fault) => {
      const { slack } = await start();
      slack.fail('response_url', fault, { times: 1 });
      await command(QUESTION);
      expect(blocksOf((await shown(2))[1] ?? {})).toContain('ten working days');
    },
  );

  test('Claude down: the passages are quoted instead, privately too', async () => {
    const { claude } = await start();
    claude.reply({ status: 400, type: 'invalid_request_error' });
    await command(QUESTION);
    expect(blocksOf((await shown(2))[1] ?? {})).toContain('Claude cannot be reached right now');
  });

  test('what fails is said in one sentence, with the reference of the log', async () => {
    const { config } = await start();
    const knowledge = await openSqlite(join(config.dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
    await knowledge.transaction([{ sql: 'DROP TABLE knowledge_chunk' }]);
    await knowledge.close();
    await command(QUESTION);
    const text = (await shown(2))[1]?.text ?? '';
    const [, reference] = /^Something went wrong.* reference: `([0-9a-f]{12})`/.exec(text) ?? [];
    const line = world.logged.find((one) => one.reference === reference);
    expect(line?.msg).toBe('private answer failed');
    expect(text).not.toContain('knowledge_chunk');
  });

  test('a shutdown ends it with a sentence', async () => {
    const { claude } = await start({ config: (config) => ({ ...config, shutdownTimeoutMs: 100 }) });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply(['Within ten', { waitFor: held }]);
    await command(QUESTION);
    await world.slack.waitFor(() => claude.requests.length > 0);
    await world.bot.stop();
    release();
    expect(blocksOf((await shown(2))[1] ?? {})).toContain('I am being restarted');
  });
});

describe('sharing', () => {
  const share = async () => {
    await command(QUESTION);
    const [, answer] = await shown(2);
    return world.slack.click({
      channel: 'C0GENERAL',
      user: 'U0ADA',
      ts: answer?.ts ?? '',
      actionId: 'threadsmith_share',
    });
  };

  test.each([
    ['conversations.info', { error: 'missing_scope', needed: 'channels:read' }],
    ['conversations.info', { reset: 'before' } as const],
    ['chat.postMessage', { error: 'internal_error' }],
    ['chat.postMessage', { rateLimited: 30 }],
  ])('%s fails with %j: it is said, with a reference that is in the log', async (method, fault) => {
    const { slack } = await start();
    slack.fail(method, fault);
    await share();
    const [, reference] = /`([0-9a-f]{12})`/.exec((await shown(3)).at(-1)?.text ?? '') ?? [];
    expect(world.logged.find((line) => line.reference === reference)).toBeDefined();
  });

  test('a follow-up in the thread knows the question as its asker’s', async () => {
    const { slack, claude } = await start();
    await share();
    const question = await slack.waitFor(() => slack.workspace().messages('C0GENERAL')[0]);
    await world.answerTo(question);
    const { message } = await world.ask({ text: 'and for partners?', threadTs: question.ts });
    await world.answerTo(message);
    const request = JSON.stringify(claude.requests.at(-1));
    expect(request).toContain('how long does a refund take?');
    expect(request).not.toContain('Asked by');
  });
});

describe('the shortcut', () => {
  test('comes too late for a modal: it says so', async () => {
    const { slack } = await start();
    slack.fail('views.open', { error: 'expired_trigger_id' });
    const { ts } = slack.workspace().add({ channelId: 'C0GENERAL', userId: 'U0GRACE', text: 'hm' });
    await slack.shortcut({ channel: 'C0GENERAL', user: 'U0ADA', ts, callbackId: 'threadsmith_ask_about' });
    expect((await shown(1))[0]?.text).toMatch(/^That took too long/);
  });
});

describe('the Home tab', () => {
  test('without documents it says what to run, and there is nothing to suggest', async () => {
    const { slack } = await start({ documents: 'none' });
    await slack.openHome('U0ADA', 'home');
    const { view } = await slack.waitFor(() => slack.workspace().home('U0ADA'));
    expect(blocksOf(view)).toContain('npm run ingest -- <folder>');
  });

  test('where a follow-up takes a mention it says so', async () => {
    const { slack } = await start({
      config: (config) => ({ ...config, access: { ...config.access, followUps: 'mention' } }),
    });
    await slack.openHome('U0ADA', 'home');
    const { view } = await slack.waitFor(() => slack.workspace().home('U0ADA'));
    expect(blocksOf(view)).toContain('Mention me again to go on.');
  });

  test('a guest sees nothing of it', async () => {
    const { slack } = await start();
    const grace = slack.workspace().users.get('U0GRACE');
    if (grace) slack.workspace().users.set('U0GRACE', { ...grace, isRestricted: true });
    await slack.openHome('U0GRACE', 'home');
    const { view } = await slack.waitFor(() => slack.workspace().home('U0GRACE'));
    expect(blocksOf(view)).toContain('I answer from internal documents');
    expect(blocksOf(view)).not.toContain('documents in');
    await slack.openHome('U0GRACE', 'messages');
    expect(slack.calls('assistant.threads.setSuggestedPrompts')).toEqual([]);
  });

  test('what Slack does not take is logged and costs nothing else', async () => {
    const { slack } = await start();
    slack.fail('views.publish', { error: 'internal_error' });
    await slack.openHome('U0ADA', 'home');
    await slack.waitFor(() => world.logged.find(({ msg }) => msg === 'the app home could not be shown'));
  });
});
