import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LangSmithRecorder, startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { traceRecorder } from '../../src/playground/langsmith/trace-recorder.js';
import type { Message } from '../../src/playground/slack/model.js';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { startTerminal } from '../../src/playground/terminal/terminal.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { recordOverHttp } from '../support/recording-app.js';
import { sendTrace } from '../support/send-trace.js';
import { slackClient } from '../support/slack-client.js';

let slack: SlackDouble;
let langsmith: LangSmithRecorder;

beforeEach(async () => {
  langsmith = await startLangSmithRecorder();
  slack = await newSlackDouble({ retryDelaysMs: [] });
  await recordOverHttp(slack);
});

afterEach(() => langsmith.close());

/** A terminal or a pipe, and what was written to it, escape characters as "ESC". */
function screen(isTTY: boolean) {
  const output = Object.assign(new PassThrough(), { isTTY });
  let text = '';
  output.setEncoding('utf8').on('data', (chunk) => {
    text += chunk.replaceAll('\u001b', 'ESC');
  });
  return { output, text: () => text };
}

function converse(input: NodeJS.ReadableStream & { isTTY?: boolean }, output: PassThrough, patience = 5_000) {
  const post = ({
    channelId,
    userId,
    text,
    threadTs,
  }: Parameters<Parameters<typeof startTerminal>[0]['post']>[0]) =>
    slack.post({ channel: channelId, user: userId, text, threadTs });
  return startTerminal({
    workspace: slack.workspace(),
    traces: traceRecorder(langsmith),
    post,
    input,
    output,
    patience,
  });
}

const questions = () =>
  slack
    .workspace()
    .messages('D0ADA')
    .filter(({ userId }) => userId === 'U0ADA');
const threadOf = ({ ts, threadTs = ts }: Message) => ({ channel: 'D0ADA', thread_ts: threadTs });
const threadIds = (index: number) => {
  const { ts, threadTs = ts } = questions()[index] ?? expect.fail('no such question');
  return { channel_id: 'D0ADA', thread_ts: threadTs };
};
const sessionOf = ({ ts, threadTs = ts }: Message) =>
  sessionIdFor({ tenantId: 'T0LOCAL', channelId: 'D0ADA', threadTs });

/** Answers the n-th question as the bot does: status, processing, a stream, sources, active. */
async function answer(
  index: number,
  pieces: readonly string[],
  between: () => Promise<unknown> = async () => {},
) {
  const question = await slack.waitFor(() => questions()[index]);
  const bot = slackClient(slack);
  const { channel, thread_ts } = threadOf(question);
  await bot.apiCall('agents.sessions.setStatus', { channel_id: channel, thread_ts, status: 'processing' });
  await bot.assistant.threads.setStatus({ channel_id: channel, thread_ts, status: 'is searching the docs…' });
  const [first = '', ...rest] = pieces;
  const { ts } = await bot.chat.startStream({ channel, thread_ts, markdown_text: first });
  await between();
  for (const piece of rest) await bot.chat.appendStream({ channel, ts: String(ts), markdown_text: piece });
  await bot.apiCall('chat.stopStream', {
    channel,
    ts,
    session_status: 'active',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*Sources*\n[1] <https://docs.example|Start>' } },
    ],
  });
  return question;
}

describe('from a pipe', () => {
  test('each line is asked when the one before is answered, in plain text, and the end of input ends it', async () => {
    const { output, text } = screen(false);
    const done = converse(Readable.from(['how do I start?\n', '\n', 'and stop?\n/new\nelse?\n']), output);
    const first = await answer(0, ['Run `npm', ' start` &amp; wait [1].'], async () => {
      expect(questions()).toHaveLength(1);
    });
    const second = await answer(1, ['With Ctrl-C.']);
    const third = await answer(2, ['Nothing.']);
    await done;

    expect(second.threadTs).toBe(first.ts);
    expect(third.threadTs).toBeUndefined();
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: 'D0ADA', messageTs: first.ts });
    expect(text()).toContain(`> how do I start?
Threadsmith is searching the docs…
Run \`npm start\` & wait [1].

Sources
[1] Start (https://docs.example)
session ${sessionOf(first)}  run ${runId}
`);
    expect(text()).not.toContain('ESC');
    expect(text().split(sessionOf(first))).toHaveLength(3);
    expect(text().split(sessionOf(third))).toHaveLength(2);
  });

  test('a question that nobody answers is reported, and the next one is asked', async () => {
    const { output, text } = screen(false);
    await converse(Readable.from(['one\ntwo\n']), output, 50);
    expect(questions().map((question) => question.text)).toEqual(['one', 'two']);
    expect(text().match(/No answer within/g)).toHaveLength(2);
  });

  test('a question that cannot be sent is reported', async () => {
    const { output, text } = screen(false);
    const post = () => Promise.reject(new Error('Slack is down'));
    await startTerminal({
      ...{ workspace: slack.workspace(), traces: traceRecorder(langsmith), post, output },
      input: Readable.from(['one\n']),
    });
    expect(text()).toContain('Not sent: Slack is down\n');
  });
});

describe('commands', () => {
  test('/trace shows the last answer’s runs, /help what there is, and neither is asked', async () => {
    const input = new PassThrough();
    const { output, text } = screen(false);
    const done = converse(input, output);
    input.write('/trace\n');
    await expect.poll(text).toContain('There is no answer yet whose trace could be shown.');
    input.write('how do I start?\n');
    const question = await answer(0, ['**Run** `npm start`.']);
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: 'D0ADA', messageTs: question.ts });
    await expect.poll(text).toContain('Run `npm start`.');
    input.write('/trace\n');
    await sendTrace(langsmith, runId, sessionOf(question));
    await expect
      .poll(text, { timeout: 8_000 })
      .toMatch(
        new RegExp(
          `trace ${runId}\n {2}langsmith_rag .*━.* ms {2}chain\n {4}retrieve_documents .*\n.*\n {6}call_anthropic .*1842 tokens in, 126 out .* \\$0\\.0032`,
        ),
      );
    input.write('/help\n/what\n/threadsmith how do I start?\n/new one\n');
    await expect
      .poll(text)
      .toMatch(
        /\/trace {2}the last answer.*There is no \/what here.*There is no \/threadsmith here.*Nothing stands behind \/new/s,
      );
    input.end('/quit\n');
    await done;
    expect(questions()).toHaveLength(1);
  });
});

describe('on a terminal', () => {
  test('words are seen before the end, the status gives way to them, and /quit ends it', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { output, text } = screen(true);
    const done = converse(input, output);
    input.write('how do I start?\n');
    await answer(0, ['Run npm', ' start.'], async () => {
      await expect.poll(text).toMatch(/Threadsmith is searching the docs….*\rESC\[KRun npm$/);
    });
    await expect.poll(text).toMatch(/Run npm start\.\n\nESC\[1mSources.*\nESC\[2msession .*> /s);
    input.write('/quit\n');
    await done;
    expect(questions()).toHaveLength(1);
  });

  test('“stop”, typed into an answer, is said in its thread at once, and what was typed before waits', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { output, text } = screen(true);
    const done = converse(input, output);
    input.write('how do I start?\n');
    const question = await answer(0, ['Run npm', ' start.'], async () => {
      input.write('and then?\nstop\n');
      const stop = await slack.waitFor(() => questions()[1]);
      expect(stop).toMatchObject({ text: 'stop', threadTs: questions()[0]?.ts });
    });
    const next = await answer(2, ['Nothing.']);
    expect(next).toMatchObject({ text: 'and then?', threadTs: question.ts });
    await expect.poll(text).toMatch(/Nothing\..*session .*> /s);
    input.write('/quit\n');
    await done;
    expect(questions()).toHaveLength(3);
  });

  test('Ctrl-C stops the answer, and after it the terminal goes on; without one it ends', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { output, text } = screen(true);
    const done = converse(input, output);
    input.write('how do I start?\n');
    await answer(0, ['Run npm', ' start.'], async () => {
      input.write('\u0003');
      await slack.waitFor(() => questions()[1]?.text === 'stop');
    });
    await expect.poll(text).toMatch(/Run npm start\..*session .*> /s);
    input.write('\u0003');
    await done;
    expect(questions()).toHaveLength(2);
  });

  test('a second Ctrl-C ends it while the answer is not stopped yet', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { output, text } = screen(true);
    const done = converse(input, output);
    input.write('how do I start?\n');
    await answer(0, ['Run npm', ' start.'], async () => {
      await expect.poll(text).toContain('Run npm');
      input.write('\u0003');
      await slack.waitFor(() => questions()[1]?.text === 'stop');
      input.write('\u0003');
      await done;
    });
    expect(text()).not.toContain('start.');
  });

  test('a status that comes behind the first words is not said any more', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const { output, text } = screen(true);
    const done = converse(input, output);
    input.write('how do I start?\n');
    await answer(0, ['Run npm', ' start.'], async () => {
      const late = { ...threadIds(0), status: 'is reading 3 passages…' };
      await slackClient(slack).assistant.threads.setStatus(late);
    });
    await expect.poll(text).toMatch(/Run npm start\..*session .*> /s);
    expect(text()).not.toContain('is reading');
    input.write('/quit\n');
    await done;
  });
});
