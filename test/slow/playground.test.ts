import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startLangSmithRecorder } from '../../src/playground/langsmith/recorder.js';
import { type BotProcess, startBotProcess } from '../support/bot-process.js';
import { startClaudeReplay } from '../support/claude-replay.js';
import { describeInChromium } from '../support/describe-in-chromium.js';
import { newDirectory } from '../support/new-directory.js';
import type { OpenedPage } from '../support/open-page.js';

const PICTURE = fileURLToPath(new URL('../../docs/playground.png', import.meta.url));

/** `npm start` and a browser: what a newcomer does in the first minute. */
describeInChromium('the playground', (openPage) => {
  let bot: BotProcess;
  let page: OpenedPage['page'];
  let hosts: OpenedPage['hosts'];
  let problems: OpenedPage['problems'];

  async function open(env: Record<string, string> = {}, options: BrowserContextOptions = {}): Promise<void> {
    bot = startBotProcess({ DATA_DIR: await newDirectory(), PORT: '0', ...env });
    onTestFinished(async () => {
      bot.kill('SIGTERM');
      expect(await bot.exited).toBe(0);
    });
    const [, url = ''] = await bot.printed(/Open the playground: (http:\S+)/);
    ({ page, hosts, problems } = await openPage(url, options));
  }

  /** With Claude played; resolves to it and to a way to let go of what it holds back. */
  async function openWithClaude(options: BrowserContextOptions = {}) {
    const claude = await startClaudeReplay();
    await open({ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.baseUrl }, options);
    return claude;
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
    await ask('Message to #general', 'how do I connect you to our Slack workspace?');
    await citations(0).first().waitFor();
    const first = await answers().first().innerText();
    expect(first).toContain('No language model is set up');
    expect(first).toContain('Create a Slack app from the manifest');
    expect(await thread().getByText('Sources', { exact: true }).count()).toBe(1);
    const session = await thread().locator('#session-id').innerText();
    expect(session).toMatch(/^[0-9a-f-]{14}5[0-9a-f-]{21}$/);
    await thread().getByText('langsmith_rag').waitFor();

    await ask('Reply in the thread', 'which permissions does that need?');
    await citations(1).first().waitFor();
    expect(await answers().nth(1).innerText()).toContain('asks for the permissions that the bot uses');
    expect(await thread().locator('#session-id').innerText()).toBe(session);

    await thread().getByRole('button', { name: 'Good answer' }).first().click();
    await thread().getByText('user_score').first().waitFor();
    expect([...hosts]).toEqual([new URL(page.url()).host]);
  });

  test('streams what Claude writes before it is finished, and shows hostile text as text', async () => {
    const claude = await openWithClaude();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    claude.reply([
      'First words said',
      { waitFor: held },
      ', <script>alert(1)</script> and [a link](javascript:alert(1)).',
      { cite: 0 },
    ]);
    await ask('Message to #general', 'how do I add documents?');
    await answers().getByText('First words').waitFor();
    release();
    await answers().getByText('<script>alert(1)</script>').waitFor();
    expect(await page.locator('.body script, .body a[href^="javascript"]').count()).toBe(0);
    await claude.close();
  });

  test('takes a document, answers from it at once, and forgets it; private addresses are not read', async () => {
    await open();
    await page.getByRole('button', { name: 'Documents', exact: true }).click();
    const documents = page.getByRole('dialog', { name: 'Documents' });
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      const files = { 'pic.png': 'x', 'nothing.md': '', 'leave.md': '# Parental leave\\n\\nParents of a newborn get nineteen weeks of leave.' };
      for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
      return transfer;
    })()`);
    await page.locator('#drop').dispatchEvent('drop', { dataTransfer: dropped });
    const added = documents.getByRole('listitem').filter({ hasText: 'leave.md' });
    await added.getByText('1 document, 1 passage').waitFor();
    const refusals = documents.getByRole('alert').locator('span');
    await refusals.filter({ hasText: '"pic.png"' }).waitFor();
    await refusals.filter({ hasText: '"nothing.md" is empty' }).waitFor();
    expect(problems.splice(0)).toHaveLength(2);
    await documents.getByLabel('A public page').fill('http://127.0.0.1:9/');
    await page.keyboard.press('Enter');
    await documents
      .getByRole('list')
      .getByText(/127\.0\.0\.1.* expected a public address/)
      .waitFor();
    expect(await documents.locator('.announcer').textContent()).toContain('expected a public address');
    await page.keyboard.press('Escape');
    await ask('Message to #general', 'how many weeks of leave do parents of a newborn get?');
    await answers().getByText('nineteen weeks').waitFor();

    await page.getByRole('button', { name: 'Documents', exact: true }).click();
    await documents.getByRole('button', { name: 'Remove leave.md' }).click();
    await added.waitFor({ state: 'detached' });
    expect(await page.locator('#document-files').and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.press('Escape');
    await ask('Reply in the thread', 'how many weeks of leave do parents of a newborn get?');
    await answers().nth(1).waitFor();
    expect(await answers().nth(1).innerText()).not.toContain('nineteen');
  });

  test('an answer that is being written is stopped, and what came stays', async () => {
    const claude = await openWithClaude();
    claude.reply(['First words said', { waitFor: new Promise(() => {}) }]);
    await ask('Message to #general', 'how do I add documents?');
    await answers().getByText('First words').waitFor();
    await thread().getByRole('button', { name: 'Stop' }).click();
    await thread().getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden' });
    await thread().locator('.streaming').waitFor({ state: 'detached' });
    expect(await answers().first().innerText()).toContain('First words');
    await claude.close();
  });

  test('with Claude down on purpose passages are quoted, a banner says so, and one click heals', async () => {
    const claude = await openWithClaude();
    await page.getByRole('button', { name: 'Faults' }).click();
    await page.getByRole('group', { name: 'Claude' }).getByText('down').click();
    await page.getByText('Claude is down, on purpose').waitFor();
    await page.keyboard.press('Escape');
    await ask('Message to #general', 'how do I add documents?');
    await citations(0).first().waitFor({ timeout: 20_000 });
    expect(claude.requests).toHaveLength(0);
    await page.getByRole('button', { name: 'Heal all' }).click();
    await page.getByText('on purpose').waitFor({ state: 'hidden' });
    claude.reply(['Well again.', { cite: 0 }]);
    await ask('Reply in the thread', 'how do I add documents now?');
    await answers().getByText('Well again.').waitFor();
    await claude.close();
  });

  test('what is healed looks healed: Slack answers within seconds, traces that were lost say so, new ones arrive', async () => {
    await open();
    const choose = async (part: string, condition: string) => {
      await page.getByRole('button', { name: 'Faults' }).click();
      await page.getByRole('group', { name: part, exact: true }).getByText(condition).click();
      await page.getByText(`${part} is ${condition}, on purpose`).waitFor();
      await page.keyboard.press('Escape');
    };
    const heal = () => page.getByRole('button', { name: 'Heal all' }).click();
    const question = 'how do I connect you to our Slack workspace?';

    await ask('Message to #general', question);
    await citations(0).first().waitFor();
    await choose('Slack', 'down');
    await ask('Reply in the thread', question);
    await thread().getByRole('tab', { name: 'Slack calls' }).click();
    await thread().getByText('conversations.replies', { exact: true }).first().waitFor();
    await heal();
    await citations(1).first().waitFor({ timeout: 8_000 });

    await choose('LangSmith', 'down');
    await ask('Reply in the thread', question);
    await citations(2).first().waitFor();
    await thread().getByRole('button', { name: 'Trace lost: LangSmith did not take it' }).waitFor();
    await thread().getByRole('tab', { name: 'LangSmith' }).click();
    await thread().getByText('One trace of this thread is lost').waitFor();
    await heal();
    const traces = () => thread().locator('.trace').count();
    const before = await traces();
    // What is asked within a second of it is lost as well.
    await expect
      .poll(
        async () => {
          const asked = await answers().count();
          await ask('Reply in the thread', question);
          await citations(asked).first().waitFor();
          return traces();
        },
        { timeout: 10_000, interval: 1_000 },
      )
      .toBeGreaterThan(before);
  });

  test('with a LangSmith key traces go there too, and the page links to them', async () => {
    const langsmith = await startLangSmithRecorder();
    await open({ LANGSMITH_API_KEY: langsmith.apiKey, LANGSMITH_ENDPOINT: langsmith.endpoint });
    await ask('Message to #general', 'how do I add documents?');
    await thread().getByText('langsmith_rag').waitFor();
    const session = await thread().locator('#session-id').innerText();
    const [turn] = await langsmith.waitFor(
      () => langsmith.thread(session).length > 0 && langsmith.thread(session),
      'the trace in LangSmith',
    );
    expect(turn?.run.projectName).toBe('threadsmith-playground');
    const link = thread().getByRole('link', { name: 'Open in LangSmith' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(
      `${langsmith.endpoint}/o/7a0e4c52-4a1c-5b7e-8f43-3c1f6f1c2b9d/projects/p/${turn?.run.projectId}/t/${session}`,
    );
    await thread().getByRole('button', { name: 'Good answer' }).click();
    await thread().getByText('user_score').first().waitFor();
    await langsmith.waitFor(
      () => langsmith.feedback().some(({ key }) => key === 'user_score'),
      'the vote in LangSmith',
    );
    await langsmith.close();
  });

  // `npm run picture` writes the README's picture; otherwise only its making is tested.
  test('makes the README’s picture', async () => {
    const claude = await openWithClaude({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 });
    claude.reply([
      'Run `npm run ingest -- ./handbook`: it reads the folder’s Markdown and text.',
      { cite: 0 },
      ' A running bot sees the new documents without a restart.',
      { cite: 1 },
    ]);
    await ask('Message to #general', 'how do I give you our handbook?');
    await citations(0).nth(1).waitFor();
    claude.condense(['What happens in the index when a file is deleted from a folder?']);
    claude.reply((request) => [
      'They are removed at the next run of the same command, and nothing else is touched.',
      {
        cite: Math.max(
          0,
          JSON.stringify(request)
            .split('search_result"')
            .slice(1)
            .findIndex((result) => result.includes('Adding documents')),
        ),
      },
    ]);
    await ask('Reply in the thread', 'and when a file is deleted?');
    await citations(1).first().waitFor();
    await thread().getByRole('button', { name: 'Good answer' }).first().click();
    await thread().getByText('user_score').first().waitFor();
    // Slack keeps no message that only one person sees: the thanks for the vote are gone.
    await page.reload();
    const newest = page.locator('#traces .trace').last();
    await newest.locator('.votes-line').getByText('answered 1').waitFor();
    await newest.locator('.run', { hasText: 'retrieve_documents' }).locator('summary').first().click();
    await newest.locator('.found').waitFor();
    await page.getByRole('heading', { name: '#general' }).hover();
    const picture = await page.screenshot(process.env.UPDATE_PICTURE ? { path: PICTURE } : {});
    expect(picture.length).toBeGreaterThan(50_000);
    await claude.close();
  });
});
