import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtFile } from '../support/built-file.js';
import { langsmithCommand } from '../support/langsmith-command.js';
import { startWorld, type World } from '../support/world.js';

/** Each runs commands as processes of their own. */
const SLOW = { timeout: 120_000 };

let world: World;
let link: string;
beforeAll(async () => {
  world = await startWorld();
  const { message } = await world.ask({ text: 'how long does a refund take?' });
  await world.answerTo(message);
  await world.traces(message);
  const { origin } = new URL(world.slack.apiUrl);
  link = `${origin}/archives/${message.channelId}/p${message.ts.replace('.', '')}`;
});
afterAll(() => world.close());

/** The only line that a command leaves when it fails: nothing is tried again, so it is there at once. */
async function failure(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const before = world.langsmith.requests().length;
  const failed = langsmithCommand({ ...world, env }, command, ...args).then(
    ({ stdout }) => {
      throw new Error(`expected a failure, got ${stdout}`);
    },
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const { code, stdout, stderr } = await failed;
  expect({ code, stdout, lines: stderr.trim().split('\n') }).toEqual({
    ...{ code: 1, stdout: '', lines: [expect.any(String)] },
  });
  expect(stderr).not.toMatch(/^\s+at |Error:/m);
  const statuses = world.langsmith
    .requests()
    .slice(before)
    .map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200).length).toBeLessThanOrEqual(1);
  return stderr;
}

/** An address at which nobody listens any more. */
async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

describe.each([
  ['thread', () => [link]],
  ['add-to-dataset', () => [link, '--answer', 'Ten days.']],
  ['gaps', () => []],
])('%s', (command, args) => {
  test('tells how it is used without any settings', SLOW, async () => {
    const env = { PATH: process.env.PATH };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [builtFile(`cli/${command}.js`), '--help'],
      { env, cwd: world.config.dataDir },
    );
    expect(stdout).toContain('npm run');
    expect(stderr).toBe('');
  });

  test('says in one sentence what LangSmith refuses, at once', SLOW, async () => {
    expect(await failure(command, args(), { LANGSMITH_API_KEY: 'lsv2_pt_wrong' })).toMatch(
      /^LANGSMITH_API_KEY must be a key that .* takes, got 401: see Settings/,
    );
    expect(await failure(command, args(), { LANGSMITH_ENDPOINT: await nobody() })).toMatch(
      /^LangSmith must answer at http:\/\/127\.0\.0\.1:\d+ .*, got ECONNREFUSED/,
    );
    world.langsmith.fail({ status: 503 });
    expect(await failure(command, args())).toMatch(/^LangSmith must take the request, got 503/);
    world.langsmith.recover();
    world.langsmith.fail({ reset: true });
    expect(await failure(command, args())).toMatch(/^LangSmith must answer at /);
    world.langsmith.recover();
  });

  test('makes no project of a name that is wrong', SLOW, async () => {
    expect(await failure(command, args(), { LANGSMITH_PROJECT: 'tset' })).toMatch(
      /^LANGSMITH_PROJECT must be a project that LangSmith has, got "tset"/,
    );
    expect(world.langsmith.projects().map(({ name }) => name)).toEqual(['test']);
  });

  test('knows the options that it has, and no others', SLOW, async () => {
    expect(await failure(command, [...args(), '--nonsense'])).toContain("Unknown option '--nonsense'");
  });
});

describe('a link', () => {
  test('must be one of the workspace whose token is set', SLOW, async () => {
    const other = link.replace(/^http:\/\/[^/]+/, 'https://other.slack.com');
    expect(await failure('thread', [other])).toMatch(
      /^The link must be one of http.*, got one of other\.slack\.com: give that workspace's id with --team/,
    );
    const { stdout } = await langsmithCommand(world, 'thread', other, '--team', 'T0LOCAL');
    expect(stdout).toMatch(/Turns +1\n/);
  });

  test('must be one to a message', SLOW, async () => {
    expect(await failure('thread', ['https://example.com'])).toContain('must be one that Slack copies');
    expect(await failure('thread', [])).toMatch(/^Expected one link to a Slack message, got 0/);
    expect((await langsmithCommand(world, 'thread', `${link}/`)).stdout).toMatch(/Turns +1\n/);
  });

  test('must lead to a thread that LangSmith has', SLOW, async () => {
    const unknown = link.replace(/p\d+$/, 'p1700000000123456');
    for (const command of ['thread', 'add-to-dataset'])
      expect(await failure(command, [unknown])).toMatch(
        /^LangSmith must have traces of this thread, got none in the project "test".*"thread_ts"/,
      );
    expect(await failure('thread', [link, '--team', 'banana'])).toMatch(/^--team must be the id/);
    expect(await failure('thread', [link, '--team', 'T0OTHER'])).toContain('must have traces');
  });

  test('needs somebody who says of which workspace it is', SLOW, async () => {
    const alone = { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' };
    expect(await failure('thread', [link], alone)).toMatch(/^The workspace must be known/);
    expect(await failure('thread', [link], { SLACK_BOT_TOKEN: 'xoxb-1-wrong' })).toMatch(
      /^Slack must say whose SLACK_BOT_TOKEN is, got invalid_auth/,
    );
  });
});

test('an example needs a name of its dataset, and words as its answer', SLOW, async () => {
  expect(await failure('add-to-dataset', [link, '--dataset', ''])).toMatch(/^--dataset must be some text/);
  expect(await failure('add-to-dataset', [link, '--answer', ' '])).toMatch(/^--answer must be some text/);
});

test('traces:replay tells how it is used, and what is wrong with the folder', SLOW, async () => {
  const file = join(world.config.dataDir, 'a-file');
  await writeFile(file, '');
  const env = { LANGSMITH_FAILED_TRACES_DIR: file };
  const { stdout } = await langsmithCommand({ ...world, env }, 'traces-replay', '--help');
  expect(stdout).toMatch(/^npm run traces:replay\n/);
  expect(await failure('traces-replay', [], env)).toMatch(
    /^LANGSMITH_FAILED_TRACES_DIR must be a folder that can be read, got ".*a-file" \(ENOTDIR\)/,
  );
  expect(await failure('traces-replay', ['now'], env)).toContain("Unexpected argument 'now'");
});
