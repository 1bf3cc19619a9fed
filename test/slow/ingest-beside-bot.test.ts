import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Message } from '../../src/playground/slack/model.js';
import { startSlackDouble } from '../../src/playground/slack/start-slack-double.js';
import { startBotProcess } from '../support/bot-process.js';
import { startEmbeddingsDouble } from '../support/embeddings-double.js';
import { openIndex } from '../support/index-contents.js';
import { runIngest, startIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { asInstalled } from '../support/world.js';
import { writeFiles } from '../support/write-files.js';

const days = (count: number) => ({
  'billing.md': `# Billing\n\n## Grace period\n\nThe grace period is ${count} days.\n`,
});

/** The built bot and the real command, on one data directory. */
describe('a running bot', { timeout: 90_000 }, () => {
  async function newHandbook() {
    const [dataDir, root] = [await newDirectory(), await newDirectory()];
    const folder = join(root, 'handbook');
    await writeFiles(folder, days(14));
    expect(await runIngest(dataDir, [folder])).toMatchObject({ code: 0 });
    return { dataDir, folder };
  }

  async function startBot(dataDir: string, env: Record<string, string> = {}) {
    const slack = await startSlackDouble(asInstalled());
    const bot = startBotProcess({
      DATA_DIR: dataDir,
      PORT: '0',
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      ANSWERS: 'extractive',
      LANGSMITH_TRACING: 'false',
      ...env,
    });
    onTestFinished(async () => {
      bot.kill('SIGKILL');
      await bot.exited;
      await slack.close();
    });
    const [, url = ''] = await bot.printed(/ready in .*: (http:\S+)/);
    slack.connect({ kind: 'http', url });
    // Posted as a whole where many questions a minute use up what Slack allows of streams.
    const isAnswer = ({ userId, stream }: Message) =>
      userId === 'U0BOT' && (stream === undefined || stream.state === 'completed');
    return {
      bot,
      async ask(): Promise<string> {
        const text = '<@U0BOT> how long is the grace period?';
        const { message } = await slack.post({ channel: 'C0GENERAL', user: 'U0ADA', text });
        const thread = () => slack.workspace().thread(message.channelId, message.ts);
        const answer = await slack.waitFor(() => thread().find(isAnswer), { timeoutMs: 15_000 });
        return answer.text;
      },
    };
  }

  test('answers while documents are ingested beside it, and sees them without a restart', async () => {
    const { dataDir, folder } = await newHandbook();
    const { ask } = await startBot(dataDir);
    expect(await ask()).toContain('is 14 days');

    const more = Array.from({ length: 1500 }, (_, i) => [
      `more/${i}.md`,
      `# More ${i}\n\n${'word '.repeat(300)}`,
    ]);
    await writeFiles(folder, { ...days(30), ...Object.fromEntries(more) });
    const { child, ended } = startIngest(dataDir, [folder]);
    let meanwhile = 0;
    while (child.exitCode === null) {
      expect(await ask()).toMatch(/is (14|30) days/);
      if (child.exitCode === null) meanwhile += 1;
    }
    expect(meanwhile).toBeGreaterThan(0);
    expect(await ended).toMatchObject({ code: 0 });
    expect(await ask()).toContain('is 30 days');
  });

  test('with INGEST_EVERY refreshes what is due, goes on past what fails, and logs both', async () => {
    const { dataDir, folder } = await newHandbook();
    const lost = join(await newDirectory(), 'lost');
    await writeFiles(lost, { 'a.md': 'Lost' });
    expect(await runIngest(dataDir, [lost])).toMatchObject({ code: 0 });
    await rename(lost, `${lost}-gone`);
    await writeFiles(folder, days(30));
    const index = await openIndex(dataDir);
    await index.query('UPDATE knowledge_source SET refreshed_at = ?', ['2026-01-01T00:00:00.000Z']);

    const { bot, ask } = await startBot(dataDir, { INGEST_EVERY: '30m' });
    await bot.printed(/"source":"handbook".*"changed":1.*"msg":"source refreshed"/);
    await bot.printed(/"source":"lost","reason":"Expected a folder.*"msg":"a source was not refreshed"/);
    expect(await ask()).toContain('is 30 days');
    bot.kill('SIGTERM');
    expect(await bot.exited).toBe(0);
  });

  test('refreshes in a process of its own at a lower priority, which ends with it', async () => {
    const openai = await startEmbeddingsDouble();
    onTestFinished(() => openai.close());
    const { dataDir, folder } = await newHandbook();
    await writeFiles(folder, days(30));
    const index = await openIndex(dataDir);
    await index.query('UPDATE knowledge_source SET refreshed_at = NULL');
    openai.silent = true;
    const { bot } = await startBot(dataDir, {
      INGEST_EVERY: '1d',
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: openai.baseUrl,
    });
    await vi.waitUntil(() => openai.texts.length > 0, { timeout: 20_000 });
    const [lease] = await index.query('SELECT holder FROM knowledge_lease');
    const pid = Number(/^process (\d+) on /.exec(String(lease?.holder))?.[1]);
    expect(pid).not.toBe(bot.child.pid);
    if (process.platform === 'linux') expect(await niceness(pid)).toBe(10);

    bot.kill('SIGTERM');
    expect(await bot.exited).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await index.query('SELECT 1 FROM knowledge_lease')).toEqual([]);
  });
});

async function niceness(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}
