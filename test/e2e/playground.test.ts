import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BotProcess, startBotProcess } from '../support/bot-process.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { startClaudeReplay } from '../support/claude-replay.js';

const PICTURE = fileURLToPath(new URL('../../docs/playground.png', import.meta.url));

/** `npm start` and a browser: what a newcomer does in the first minute. */
describe.skipIf(!hasChromium())('the playground', () => {
  let browser: Browser;
  let bot: BotProcess;
  let dataDir: string;
  let page: Page;
  let requested: string[];
  let problems: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
  });
  afterEach(async () => {
    await page?.context().close();
    bot.kill('SIGTERM');
    expect(await bot.exited).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  });

  async function open(env: Record<string, string> = {}): Promise<void> {
    bot = startBotProcess({ DATA_DIR: dataDir, PORT: '0', ...env });
    const [, url = ''] = await bot.printed(/Open the playground: (http:\S+)/);
    requested = [];
    problems = [];
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: 2,
    });
    context.setDefaultTimeout(8_000);
    context.on('request', (request) => requested.push(new URL(request.url()).hostname));
    context.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    context.on('weberror', (error) => problems.push(String(error.error())));
    page = await context.newPage();
    await page.goto(url);
  }

  const thread = () => page.getByRole('complementary');
  const answers = () => thread().locator('.message.bot .body');
  const citations = (answer: number) => answers().nth(answer).locator('.citation');
  const ask = async (box: string, text: string) => {
    const field = page.getByRole('textbox', { name: box });
    await field.fill(text);
    await field.press('Enter');
  };

  test('answers the first question of a fresh start, and the follow-up under the same session id', async () => {
    await open();
    await ask('Message to #general', 'how do I add documents?');
    await citations(0).first().waitFor();
    expect(await answers().first().innerText()).toContain('No language model is set up');
    expect(await thread().getByText('Sources', { exact: true }).count()).toBe(1);
    const session = await thread().locator('#session-id').innerText();
    expect(session).toMatch(/^[0-9a-f-]{14}5[0-9a-f-]{21}$/);
    await thread().getByText('langsmith_rag').waitFor();

    await ask('Reply in the thread', 'and how do I remove them?');
    await citations(1).first().waitFor();
    expect(await thread().locator('#session-id').innerText()).toBe(session);

    await thread().getByRole('button', { name: 'Good answer' }).first().click();
    await thread().getByText('user_score').first().waitFor();
    expect(new Set(requested)).toEqual(new Set(['localhost']));
    expect(problems).toEqual([]);
  });

  test('streams what Claude writes before it is finished, and shows hostile text as text', async () => {
    const claude = await startClaudeReplay();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply([
      'First words',
      { waitFor: held },
      ', <script>alert(1)</script> and [a link](javascript:alert(1)).',
      { cite: 0 },
    ]);
    await open({ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.baseUrl });
    await ask('Message to #general', 'how do I add documents?');
    await answers().getByText('First words').waitFor();
    release();
    await answers().getByText('<script>alert(1)</script>').waitFor();
    expect(await page.locator('.body script, .body a[href^="javascript"]').count()).toBe(0);
    expect(problems).toEqual([]);
    await claude.close();
  });

  // `npm run picture` writes the README's picture; otherwise only its making is tested.
  test('makes the README’s picture', async () => {
    const claude = await startClaudeReplay();
    await open({ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.baseUrl });
    claude.reply([
      'Run `npm run ingest -- ./handbook`: it reads the folder’s Markdown and text.',
      { cite: 0 },
      ' A running bot sees the new documents without a restart.',
      { cite: 1 },
    ]);
    await ask('Message to #general', 'how do I give you our handbook?');
    await citations(0).nth(1).waitFor();
    claude.reply([
      'They are removed at the next run of the same command, and nothing else is touched.',
      { cite: 0 },
    ]);
    await ask('Reply in the thread', 'and when a file is deleted?');
    await citations(1).first().waitFor();
    await thread().getByRole('button', { name: 'Good answer' }).first().click();
    await thread().getByText('user_score').first().waitFor();
    const picture = await page.screenshot(process.env.UPDATE_PICTURE ? { path: PICTURE } : {});
    expect(picture.length).toBeGreaterThan(50_000);
    await claude.close();
  });
});
