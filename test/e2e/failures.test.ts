import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createBot } from '../../src/bot.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { startWorld, type World, type WorldOptions } from '../support/world.js';

/** In all of these the thread ends as the delivery contract says. */
describe('when things go wrong', () => {
  let world: World;
  afterEach(() => world?.close());
  const start = async (options?: WorldOptions) => {
    world = await startWorld(options);
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    return world;
  };
  const ask = async () => {
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    return { message, answer: await world.answerTo(message) };
  };
  const clearedAfter = async ({ channelId, ts }: { channelId: string; ts: string }) => {
    const workspace = world.slack.workspace();
    await world.slack.waitFor(
      () => workspace.session(channelId, ts) === 'active' && !workspace.status(channelId, ts),
    );
  };

  test.each([
    ['unknown_method', { error: 'unknown_method' }],
    ['a rate limit', { rateLimited: 30 }],
    ['a channel type without streams', { error: 'channel_type_not_supported' }],
  ])('streaming refused by %s: the same answer is posted', async (_name, fault) => {
    const { slack } = await start();
    slack.fail('chat.startStream', fault);
    const { message, answer } = await ask();
    expect(answer.stream).toBeUndefined();
    expect(answer.text).toBe('Within ten working days. [1]');
    expect(JSON.stringify(answer.blocks)).toContain('[1] <https://docs.example.com/billing|Billing>');
    expect(JSON.stringify(answer.blocks)).toContain('feedback_buttons');
    expect(slack.calls('chat.postMessage')[0]?.args).toMatchObject({
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
    await clearedAfter(message);
  });

  test('a failed append is sent again, nothing lost and nothing twice', async () => {
    const { slack, claude } = await start();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply(['One.', { waitFor: held }, ' Two.', { pauseMs: 1_200 }, ' Three.', { cite: 0 }]);
    slack.fail('chat.appendStream', { error: 'internal_error' }, { times: 1 });
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await slack.waitFor(() => world.thread(message).some(({ text }) => text.startsWith('One')));
    release();
    expect((await world.answerTo(message)).text).toBe('One. Two. Three. [1]');
  });

  test('a stream that dies is finished by a post', async () => {
    const { slack } = await start();
    slack.fail('chat.stopStream', { error: 'message_not_in_streaming_state' });
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    const post = await slack.waitFor(() => slack.calls('chat.postMessage').at(-1));
    expect(JSON.stringify(post.args)).toContain('feedback_buttons');
    await slack.waitFor(() => slack.workspace().session(message.channelId, message.ts) === 'active');
  });

  test('Claude down: the passages are quoted instead, labelled, and the run carries the error', async () => {
    const { claude } = await start();
    claude.reply({ status: 400, type: 'invalid_request_error' });
    const { message, answer } = await ask();
    expect(answer.text).toContain('Claude cannot be reached right now');
    expect(answer.text).toContain('ten working days');
    const [turn] = await world.traces(message);
    expect(JSON.stringify(turn)).toContain('"error"');
    await clearedAfter(message);
  });

  test.each([
    ['an error', { error: 'overloaded_error' }],
    ['a cut connection', { cut: true } as const],
  ])('%s after the first words: what was written stays, marked as interrupted', async (_name, piece) => {
    const { claude } = await start();
    claude.reply(['Within ten', { pauseMs: 50 }, piece]);
    const { answer } = await ask();
    expect(answer.text).toMatch(/^Within ten/);
    expect(answer.text).toContain('interrupted');
    expect(answer.stream?.state).toBe('completed');
  });

  test('the thread cannot be read: one plain sentence with a reference that is in the log', async () => {
    const { slack } = await start();
    const { message } = await ask();
    slack.fail('conversations.replies', { error: 'missing_scope', needed: 'channels:history' });
    const { message: followUp } = await world.ask({ text: 'and then?', threadTs: message.ts });
    const { text } = await world.answerTo(followUp);
    const [, reference] = /reference: `([0-9a-f]{12})`/.exec(text) ?? [];
    expect(text).not.toContain('missing_scope');
    expect(world.logged.find((line) => line.reference === reference)).toBeDefined();
  });

  test('statuses refused: the answer comes all the same', async () => {
    const { slack } = await start();
    slack.fail('assistant.threads.setStatus', { error: 'unknown_method' });
    slack.fail('agents.sessions.setStatus', { error: 'unknown_method' });
    expect((await ask()).answer.text).toBe('Within ten working days. [1]');
  });

  test('no documents yet: the answer says what to run', async () => {
    await start({ documents: 'none' });
    const { answer } = await ask();
    expect(answer.text).toContain('npm run ingest');
    expect(world.claude.requests).toHaveLength(0);
  });

  test('no key for Claude: the passages are quoted, labelled, and nothing is asked of Claude', async () => {
    await start({ config: (config) => ({ ...config, anthropic: undefined }) });
    const { message, answer } = await ask();
    expect(answer.text).toContain('No language model is set up');
    expect(answer.text).toContain('ten working days');
    expect(world.claude.requests).toHaveLength(0);
    const [turn] = await world.traces(message);
    expect(JSON.stringify(turn)).not.toContain('call_anthropic');
  });

  test('LangSmith down: the answer comes all the same', async () => {
    const { langsmith } = await start();
    langsmith.fail({ status: 503 });
    expect((await ask()).answer.text).toBe('Within ten working days. [1]');
  });

  test('still at work when the shutdown’s time is over: it says so, and stays open for the next start', async () => {
    const { claude, slack } = await start({ config: (config) => ({ ...config, shutdownTimeoutMs: 100 }) });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply(['Within ten', { waitFor: held }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    await slack.waitFor(() => world.thread(message).some(({ text }) => text.startsWith('Within')));
    await world.bot.stop();
    release();
    const { text, stream } = await world.answerTo(message);
    expect(text).toMatch(/^Within ten\n\n_I am being restarted/);
    expect(stream?.state).toBe('completed');
    const journal = await openSqlite(join(world.config.dataDir, 'journal.db'), journalMigrations);
    const open = await journal.query('SELECT message_ts FROM journal_message WHERE settled_at IS NULL');
    await journal.close();
    expect(open).toEqual([{ message_ts: message.ts }]);
  });

  test('a request that arrives as the shutdown begins is answered, and its connection holds up nothing', async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    const headers = { 'content-length': 2, expect: '100-continue' };
    const sent = request(world.address, { method: 'POST', agent, headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    const stopped = world.bot.stop();
    const before = performance.now();
    const answered = once(sent, 'response');
    sent.end('{}');
    const [response] = await answered;
    expect(response.resume().statusCode).toBe(401);
    await stopped;
    // Well below the three seconds after which all connections are cut.
    expect(performance.now() - before).toBeLessThan(2_000);
    agent.destroy();
  });

  test('a wrong bot token is one line that names the setting', async () => {
    await start();
    const { config, log } = world;
    if (!config.slack) throw new Error('the world has a Slack');
    const slack = { ...config.slack, botToken: 'xoxb-wrong' };
    await expect(createBot({ ...config, slack }, { log })).rejects.toThrow(
      /^SLACK_BOT_TOKEN must be accepted by Slack, got "invalid_auth"/,
    );
  });
});
