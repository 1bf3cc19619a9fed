import { Client } from 'langsmith';
import { beforeEach, expect, test } from 'vitest';
import { runIdFor } from '../../src/threads/run-id.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { describeInChromium } from '../support/describe-in-chromium.js';
import { accessibilityViolations, type OpenedPage } from '../support/open-page.js';
import { type PageWorld, startPageWorld } from '../support/page-world.js';
import { sendTrace } from '../support/send-trace.js';
import { slackClient } from '../support/slack-client.js';

/** The thread as LangSmith and as Slack's API see it. The test plays the bot. */
describeInChromium('the inspector in Chromium', (open) => {
  let world: PageWorld;
  let page: OpenedPage['page'];

  beforeEach(async () => {
    world = await startPageWorld();
  });

  const thread = () => page.getByRole('complementary');
  const inChannel = { channel: 'C0GENERAL' };
  const bot = () => slackClient(world.slack);

  /** A question that is asked, answered and traced. */
  async function openTraced(width: number, text = 'Run **npm start** [1].'): Promise<string> {
    ({ page } = await open(world.server.url, { viewport: { width, height: 800 } }));
    const box = page.getByRole('textbox', { name: 'Message to #general' });
    await box.fill('how do I start?');
    await box.press('Enter');
    const asked = await world.slack.waitFor(() =>
      world.app.received.find(({ type }) => type === 'app_mention'),
    );
    const threadTs = String(asked.event.ts);
    const place = { tenantId: 'T0LOCAL', channelId: 'C0GENERAL' };
    const recipient = { recipient_team_id: 'T0LOCAL', recipient_user_id: 'U0ADA' };
    const started = await bot().chat.startStream({
      ...{ ...inChannel, ...recipient, thread_ts: threadTs, markdown_text: text },
    });
    await bot().chat.stopStream({ ...inChannel, ts: String(started.ts) });
    await sendTrace(
      world.langsmith,
      runIdFor({ ...place, messageTs: threadTs }),
      sessionIdFor({ ...place, threadTs }),
    );
    await page.locator('#traces').getByText('call_anthropic').waitFor({ state: 'attached' });
    return threadTs;
  }

  const run = (name: string) => page.locator('#traces .run', { hasText: name });

  test('a run opens to its inputs, documents with scores, tokens, cost and first word', async () => {
    await openTraced(1280);
    await run('retrieve_documents').locator('summary').first().click();
    const documents = run('retrieve_documents').locator('.found > li');
    await documents.nth(1).waitFor();
    expect(await documents.allInnerTexts()).toEqual([
      expect.stringMatching(/Start & stop › Starting\s+4\.20/),
      expect.stringMatching(/Stop\s+1\.10/),
    ]);
    await documents.first().locator('summary').click();
    await documents.first().getByText('<b>that</b>').waitFor();
    await run('call_anthropic').locator('summary').first().click();
    const facts = run('call_anthropic').locator('.facts');
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(
      /claude-sonnet-5-5\s+Tokens\s+1,842 in, 126 out\s+Prompt cache\s+1,000 read, 200 written\s+Cost\s+\$0\.00324, at Anthropic’s list prices.*\s+First word\s+after/,
    );
    expect(await page.locator('#traces pre b').count()).toBe(0);
    const name = run('retrieve_documents').locator('.name');
    expect(await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });

  test('feedback stands with the run: its score, what was chosen, and what it stands for', async () => {
    const threadTs = await openTraced(1280);
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: 'C0GENERAL', messageTs: threadTs });
    const { apiKey, endpoint: apiUrl } = world.langsmith;
    const client = new Client({ apiKey, apiUrl });
    const inProject = { sessionId: (await client.readProject({ projectName: 'p' })).id };
    await client.createFeedback(runId, 'answered', { ...inProject, score: 0 });
    await client.createFeedback(runId, 'reason', { ...inProject, value: 'out_of_date' });
    const given = page.locator('#traces .given');
    await given.getByText('reason out_of_date').waitFor();
    await given.getByText('the documents held no answer').waitFor();
    await thread()
      .getByRole('button', { name: /^Trace .*answered 0 ?reason out_of_date/ })
      .waitFor();
  });

  test('a citation shows the words quoted: on focus, under the pointer and on touch; Escape closes it first', async () => {
    await openTraced(1280);
    const mark = thread().getByRole('button', { name: 'Source 1' });
    const passage = page.getByRole('tooltip');
    await mark.focus();
    await passage.getByText('Run npm start, then open the link <b>that</b> it prints.').waitFor();
    expect(await passage.innerText()).toContain('Start & stop › Starting');
    expect(await mark.getAttribute('aria-describedby')).toBe('passage');
    await page.keyboard.press('Escape');
    await passage.waitFor({ state: 'hidden' });
    expect(await thread().isVisible()).toBe(true);
    await page.getByRole('heading', { name: '#general' }).hover();
    await mark.hover();
    await passage.waitFor();
    await page.getByRole('heading', { name: '#general' }).hover();
    await mark.evaluate('document.activeElement.blur()');
    await passage.waitFor({ state: 'hidden' });
    await mark.click();
    await passage.waitFor();
  });

  test('Slack calls are listed in order with arguments, answers and errors', async () => {
    const ts = await openTraced(1280);
    world.slack.fail('chat.postMessage', { rateLimited: 30 }, { times: 1 });
    await bot()
      .chat.postMessage({ ...inChannel, thread_ts: ts, text: 'more' })
      .catch(() => {});
    await page.getByRole('tab', { name: 'LangSmith' }).press('ArrowRight');
    const calls = page.locator('#call-list .call');
    await calls.filter({ hasText: 'ratelimited' }).waitFor();
    expect(await calls.locator('b').allInnerTexts()).toEqual([
      ...['chat.startStream', 'chat.stopStream', 'chat.postMessage'],
    ]);
    expect(await page.locator('#calls-total').innerText()).toBe('3 calls · 1 refused');
    await page.getByLabel('Show').selectOption('refused (1)');
    expect(await calls.locator('b').allInnerTexts()).toEqual(['chat.postMessage']);
    await page.getByLabel('Show').selectOption('all');
    await calls.first().locator('summary').first().click();
    await calls.first().getByText('Run **npm start** [1].').first().waitFor();
  });

  test('below 1200 px the inspector is a tab of the thread, usable at 400 px', async () => {
    await openTraced(400);
    expect(await page.locator('#traces').isVisible()).toBe(false);
    await page.getByRole('button', { name: /^Trace/ }).click();
    expect(await page.locator('#thread-messages').isVisible()).toBe(false);
    expect(await page.getByRole('tab', { name: 'LangSmith' }).getAttribute('aria-selected')).toBe('true');
    await run('retrieve_documents').locator('summary').first().click();
    await page.locator('.found').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    await page.setViewportSize({ width: 1300, height: 800 });
    expect(await page.locator('#thread-messages').isVisible()).toBe(true);
    expect(await page.getByRole('tab', { name: 'Conversation' }).count()).toBe(0);
  });

  test('a long answer stays at its first words, unless its reader goes to the end', async () => {
    const ts = await openTraced(1280, `First words.\n\n${'A paragraph of the answer.\n\n'.repeat(60)}`);
    const scroller = page.locator('#thread-scroll');
    const first = thread().getByText('First words.');
    const inView = (locator: typeof first) =>
      locator.evaluate((item) => {
        const { top } = item.getBoundingClientRect();
        return top > 100 && top < 600;
      });
    expect(await inView(first)).toBe(true);
    await bot().chat.postMessage({ ...inChannel, thread_ts: ts, text: 'A second answer.' });
    await thread().getByText('A second answer.').waitFor();
    // It goes on in another message, as a long one does.
    expect(await inView(first)).toBe(true);
    await scroller.hover();
    await page.mouse.wheel(0, -600);
    await thread().getByText('A second answer.').and(page.locator(':visible')).waitFor();
    await page.mouse.wheel(0, 20_000);
    await expect
      .poll(() =>
        scroller.evaluate(
          ({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - scrollTop - clientHeight,
        ),
      )
      .toBeLessThan(2);
    await bot().chat.postMessage({ ...inChannel, thread_ts: ts, text: `${'Long.\n'.repeat(80)}The end.` });
    await thread().getByText('The end.').waitFor();
    expect(await inView(thread().locator('.message').last())).toBe(false);
  });

  /** In both colour schemes. */
  async function expectNoViolations(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect([colorScheme, await accessibilityViolations(page)]).toEqual([colorScheme, []]);
    }
  }

  test.each([1280, 400])(
    'axe-core finds nothing at %i px, light and dark, runs and dialogs open',
    async (width) => {
      await openTraced(width);
      if (width < 1200) {
        await expectNoViolations();
        await page.getByRole('tab', { name: 'LangSmith' }).click();
      }
      await run('retrieve_documents').locator('summary').first().click();
      await page.locator('.found').waitFor();
      await expectNoViolations();
      await page.getByRole('tab', { name: 'Slack calls' }).click();
      await page.locator('#call-list summary').first().click();
      await page.locator('#call-list .fields').first().waitFor();
      await expectNoViolations();
      for (const name of width < 1200 ? ['Modes', 'Documents', 'Faults'] : ['Documents', 'Faults']) {
        const button = page.getByRole('button', { name, exact: true });
        await button.click();
        const dialog = page.getByRole('dialog', { name });
        await dialog.waitFor();
        if (name === 'Faults')
          await page.getByRole('group', { name: 'LangSmith' }).getByText('broken').click();
        await expectNoViolations();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        expect(await button.and(page.locator(':focus')).count()).toBe(1);
      }
      await page.getByText('LangSmith is broken, on purpose').waitFor();
      await page.getByRole('button', { name: 'Heal all' }).click();
      await page.getByText('on purpose').waitFor({ state: 'hidden' });
    },
  );
});
