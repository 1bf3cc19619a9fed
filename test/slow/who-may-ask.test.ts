import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { startWorld, type World } from '../support/world.js';

/** Whoever is refused reads one sentence; nothing is searched, nothing is asked of Claude, and the question is settled. */
describe('who may ask', () => {
  let world: World;
  afterEach(() => world?.close());

  const start = async (access: Partial<Config['access']> = {}) => {
    world = await startWorld({
      config: (config) => ({ ...config, access: { ...config.access, ...access } }),
    });
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { users } = world.slack.workspace();
    const dan = { id: 'U0GRACE', name: 'grace', realName: 'Grace Hopper', isBot: false };
    return { ...world, become: (change: object) => users.set('U0GRACE', { ...dan, ...change }) };
  };
  const askAs = async (user: string, channel: string) => {
    const { message } = await world.ask({ text: 'how long does a refund take?', user, channel });
    return { message, answer: await world.answerTo(message) };
  };
  const expectRefused = async (answer: { text: string; channelId: string }, sentence: RegExp) => {
    expect(answer.text).toMatch(sentence);
    expect(world.claude.requests).toHaveLength(0);
    expect(world.slack.calls('chat.startStream')).toHaveLength(0);
    expect(world.slack.calls('assistant.threads.setStatus')).toHaveLength(0);
    await world.bot.stop();
    expect(world.langsmith.runs()).toHaveLength(0);
    const journal = await openSqlite(join(world.config.dataDir, 'journal.db'), journalMigrations);
    const open = await journal.query('SELECT message_ts FROM journal_message WHERE settled_at IS NULL');
    await journal.close();
    expect(open).toEqual([]);
  };

  test('a channel that is not in the list is refused; a direct message is answered', async () => {
    await start({ channels: ['C0HELP'] });
    const { answer: direct } = await askAs('U0ADA', 'D0ADA');
    expect(direct.text).toContain('ten working days');
    const { answer } = await askAs('U0ADA', 'C0GENERAL');
    expect(answer.text).toMatch(/^I am not set up to answer in this channel/);
    const { answer: listed } = await askAs('U0ADA', 'C0HELP');
    expect(listed.text).toContain('ten working days');
  });

  test.each(['C0GENERAL', 'D0GRACE'])('a person who is not in the list is refused in %s', async (channel) => {
    await start({ users: ['U0ADA'] });
    const { answer } = await askAs('U0GRACE', channel);
    await expectRefused(answer, /^I am not set up to answer you/);
  });

  test.each([
    ['a guest', { isRestricted: true }],
    ['somebody of another organisation', { teamId: 'T0OTHER' }],
  ])('%s is refused, by mention and by direct message', async (_name, change) => {
    const { become } = await start();
    become(change);
    for (const channel of ['C0GENERAL', 'D0GRACE']) {
      const { answer } = await askAs('U0GRACE', channel);
      expect(answer.text).toMatch(/^I answer from internal documents/);
    }
    const { answer } = await askAs('U0GRACE', 'C0GENERAL');
    await expectRefused(answer, /^I answer from internal documents/);
  });

  test('everybody is refused in a channel that is shared with another organisation', async () => {
    const { slack } = await start();
    const general = slack.workspace().channels.get('C0GENERAL');
    if (general) slack.workspace().channels.set('C0GENERAL', { ...general, isExtShared: true });
    const { answer } = await askAs('U0ADA', 'C0GENERAL');
    await expectRefused(answer, /^I answer from internal documents/);
  });

  test.each(['C0GENERAL', 'D0ADA'])('who cannot be looked up is refused in %s', async (channel) => {
    const { slack, logged } = await start();
    slack.fail('users.info', { error: 'missing_scope', needed: 'users:read', provided: 'chat:write' });
    const { answer } = await askAs('U0ADA', channel);
    await expectRefused(answer, /^I could not check who is asking/);
    expect(logged.map(({ msg }) => msg)).toContainEqual(
      expect.stringMatching(/^Slack refused users.info: the app lacks the scope users:read/),
    );
  });

  test('ALLOW_EXTERNAL=true answers them all, without a call to find out who they are', async () => {
    const { slack, become } = await start({ external: true });
    become({ isRestricted: true, teamId: 'T0OTHER' });
    for (const channel of ['C0GENERAL', 'D0GRACE']) {
      const { answer } = await askAs('U0GRACE', channel);
      expect(answer.text).toContain('ten working days');
    }
    expect(slack.calls('users.info')).toHaveLength(0);
    expect(slack.calls('conversations.info')).toHaveLength(0);
  });

  test('a member is looked up once, not for each question', async () => {
    const { slack } = await start();
    for (const channel of ['C0GENERAL', 'C0HELP', 'D0ADA', 'C0GENERAL']) await askAs('U0ADA', channel);
    expect(slack.calls('users.info')).toHaveLength(1);
    expect(slack.calls('conversations.info')).toHaveLength(0);
  });

  test('an event that does not say whether its channel is shared: Slack is asked, and silence counts as yes', async () => {
    const { slack } = await start();
    const { ts } = slack
      .workspace()
      .add({ channelId: 'C0GENERAL', userId: 'U0ADA', text: '<@U0BOT> hello?' });
    const event = { type: 'app_mention', channel: 'C0GENERAL', user: 'U0ADA', text: '<@U0BOT> refunds?', ts };
    slack.fail('conversations.info', { error: 'internal_error' });
    await slack.deliver(event, { envelope: { is_ext_shared_channel: undefined } });
    const post = await slack.waitFor(() => slack.calls('chat.postMessage').at(-1));
    expect(post.args.text).toMatch(/^I could not check who is asking/);
    expect(slack.calls('conversations.info')).toHaveLength(1);
  });
});
