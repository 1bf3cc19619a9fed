import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import type { Message } from '../../src/playground/slack/model.js';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { type BotProcess, startBotProcess, startUnderNpm } from '../support/bot-process.js';
import { ingestFixtures } from '../support/ingest-fixtures.js';
import { newDirectory } from '../support/new-directory.js';
import { asInstalled } from '../support/world.js';

/** The program itself, as an operator runs it: environment in, exit code and Slack's state out. */
describe('the process', () => {
  let slack: SlackDouble;
  let langsmith: LangSmithRecorder;
  let claude: LLMock;
  let dataDir: string;
  const running: BotProcess[] = [];

  beforeAll(async () => {
    claude = new LLMock({ port: 0 });
    await claude.start();
    claude.onMessage(
      /slowly/,
      { content: `${'One word after another. '.repeat(12)}The end.` },
      { latency: 60, chunkSize: 12 },
    );
    claude.onMessage(/./, { content: 'Within ten working days.' });
  });
  afterAll(() => claude.stop());

  beforeEach(async () => {
    [slack, langsmith, dataDir] = await Promise.all([
      startSlackDouble(asInstalled()),
      startLangSmithRecorder(),
      newDirectory(),
    ]);
    await ingestFixtures(dataDir);
  });
  afterEach(async () => {
    for (const { child, exited } of running.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
    await Promise.all([slack.close(), langsmith.close()]);
  });

  const settings = () => ({
    DATA_DIR: dataDir,
    PORT: '0',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ANTHROPIC_API_KEY: 'sk-ant-test',
    ANTHROPIC_BASE_URL: claude.url,
    LANGSMITH_API_KEY: langsmith.apiKey,
    LANGSMITH_ENDPOINT: langsmith.endpoint,
    LANGSMITH_TRACING: 'true',
    LANGSMITH_PROJECT: 'test',
  });
  const start = (env: Record<string, string> = settings(), args: readonly string[] = []) => {
    const bot = startBotProcess(env, args);
    running.push(bot);
    return bot;
  };
  const startServing = async () => {
    const bot = start();
    const [, url = ''] = await bot.printed(/ready in .*: (http:\S+)/);
    slack.connect({ kind: 'http', url });
    return bot;
  };
  const ask = async (text: string) =>
    (await slack.post({ channel: 'C0GENERAL', user: 'U0ADA', text: `<@U0BOT> ${text}` })).message;
  const answersTo = ({ channelId, ts }: Message) =>
    slack
      .workspace()
      .thread(channelId, ts)
      .filter(({ userId }) => userId === 'U0BOT');
  const answerTo = (question: Message) =>
    slack.waitFor(
      () =>
        answersTo(question).find(({ blocks }) => JSON.stringify(blocks ?? '').includes('feedback_buttons')),
      {
        timeoutMs: 15_000,
        describe: 'a finished answer',
      },
    );

  test('reads only its settings: elsewhere they point, there it goes', async () => {
    const bot = await startServing();
    expect(bot.output()).toContain('Claude (claude-sonnet-5-5)');
    const question = await ask('how long does a refund take?');
    expect((await answerTo(question)).text).toMatch(/^Within ten working days\./);
    await langsmith.waitFor(() => langsmith.runs().find(({ name }) => name === 'langsmith_rag'), 'the trace');
  });

  test('SIGTERM in the middle of an answer: it is finished, the traces are sent, and the exit code is 0', async () => {
    const bot = await startServing();
    const question = await ask('tell me slowly about refunds');
    await slack.waitFor(() => answersTo(question)[0]?.stream?.state === 'in_progress');
    bot.kill('SIGTERM');
    expect(await bot.exited).toBe(0);
    expect(answersTo(question)).toHaveLength(1);
    expect(answersTo(question)[0]).toMatchObject({
      stream: { state: 'completed' },
      text: expect.stringMatching(/The end\.\n/),
    });
    const names = langsmith.runs().map(({ name }) => name);
    expect(names.sort()).toEqual([
      'call_anthropic',
      'generate_response',
      'langsmith_rag',
      'retrieve_documents',
    ]);
    expect(langsmith.runs().every(({ endTime }) => endTime !== undefined)).toBe(true);
  });

  test('SIGTERM to `npm start` reaches the bot, which ends as told', async () => {
    const bot = startUnderNpm(settings());
    running.push(bot);
    await bot.printed(/ready in/, 25_000);
    bot.kill('SIGTERM');
    await bot.exited;
    expect(bot.output()).toContain('stopping');
  });

  test('a second signal ends at once', async () => {
    const bot = await startServing();
    const question = await ask('tell me slowly about refunds');
    await slack.waitFor(() => answersTo(question)[0]?.stream?.state === 'in_progress');
    bot.kill('SIGTERM');
    await bot.printed(/stopping/);
    // One that follows within half a second counts as the same.
    const again = setInterval(() => bot.kill('SIGTERM'), 100);
    expect(await bot.exited).toBe(130);
    clearInterval(again);
    expect(answersTo(question)[0]?.stream?.state).toBe('in_progress');
  });

  test('kill -9 in the middle of an answer: the next start answers it, once', async () => {
    const bot = await startServing();
    const question = await ask('tell me slowly about refunds');
    await slack.waitFor(() => answersTo(question)[0]?.stream?.state === 'in_progress');
    bot.kill('SIGKILL');
    await bot.exited;
    await startServing();
    expect((await answerTo(question)).text).toMatch(/The end\.\n/);
    expect(answersTo(question)).toHaveLength(1);
    const { channelId, ts } = question;
    await slack.waitFor(() => slack.workspace().session(channelId, ts) === 'active');
    expect(slack.workspace().status(channelId, ts)).toBeUndefined();
  });

  test('killed after the answer was shown but before the journal knew: it is not answered again', async () => {
    const bot = await startServing();
    const question = await ask('how long does a refund take?');
    await answerTo(question);
    // The status call after the end of the stream is the last thing before the journal entry is settled.
    bot.kill('SIGKILL');
    await bot.exited;
    await startServing();
    const next = await ask('how long does a refund take, again?');
    await answerTo(next);
    expect(answersTo(question)).toHaveLength(1);
  });

  test('a wrong token is one line on stderr and exit code 1', async () => {
    const bot = start({ ...settings(), SLACK_BOT_TOKEN: 'xoxb-wrong-token' });
    expect(await bot.exited).toBe(1);
    expect(bot.output()).toMatch(/^SLACK_BOT_TOKEN must be accepted by Slack, got "invalid_auth": see OAuth/);
    expect(bot.output().trim().split('\n')).toHaveLength(1);
  });

  test('every problem of the settings is listed at once, and the exit code is 1', async () => {
    const { ANTHROPIC_API_KEY, LANGSMITH_API_KEY, ...rest } = settings();
    const bot = start({ ...rest, SLACK_BOT_TOKEN: 'xapp-swapped', PORT: 'many' });
    expect(await bot.exited).toBe(1);
    for (const name of ['SLACK_BOT_TOKEN', 'PORT', 'ANTHROPIC_API_KEY', 'LANGSMITH_API_KEY']) {
      expect(bot.output()).toContain(`${name} `);
    }
  });

  test('with nothing configured --terminal answers from the product’s own documentation, and ends with its input', async () => {
    const bot = start({ DATA_DIR: join(dataDir, 'fresh') }, ['--terminal']);
    bot.child.stdin?.end('what is a session id?\n');
    expect(await bot.exited).toBe(0);
    expect(bot.output()).toContain('No language model is set up');
    expect(bot.output()).toMatch(/session [0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(bot.output()).toMatch(/\[1\]/);
  });

  test('beside a configured bot --terminal uses none of its keys, and says nothing of where questions go', async () => {
    const bot = start(settings(), ['--terminal']);
    bot.child.stdin?.end('how long does a refund take?\n');
    expect(await bot.exited).toBe(0);
    expect(bot.output()).toMatch(/npm run playground -- --use-keys: written by Claude/);
    expect(bot.output()).toMatch(/recorded here.*npm run playground -- --use-keys: traces in LangSmith/);
    expect(bot.output()).toContain('No language model is set up');
    expect(bot.output()).not.toContain('are sent to');
    expect(langsmith.runs()).toEqual([]);
  });
});
