import type { BlockAction } from '@slack/bolt';
import { beforeEach, expect, test } from 'vitest';
import { listenOnLoopback } from '../../src/playground/server/listen-on-loopback.js';
import { runIdFor } from '../../src/threads/run-id.js';
import { sessionIdFor } from '../../src/threads/session-id.js';
import { describeInChromium } from '../support/describe-in-chromium.js';
import type { OpenedPage } from '../support/open-page.js';
import { type PageWorld, startPageWorld } from '../support/page-world.js';
import { sendTrace } from '../support/send-trace.js';
import { slackClient } from '../support/slack-client.js';

describeInChromium('the page in Chromium', (open) => {
  let world: PageWorld;
  let context: OpenedPage['context'];
  let page: OpenedPage['page'];
  let hosts: OpenedPage['hosts'];
  let problems: OpenedPage['problems'];

  beforeEach(async () => {
    world = await startPageWorld();
    ({ context, page, hosts, problems } = await open(world.server.url));
    await page.getByRole('button', { name: 'How do I start?' }).waitFor();
  });

  const channelBox = () => page.getByRole('textbox', { name: 'Message to #general' });
  const threadBox = () => page.getByRole('textbox', { name: 'Reply in the thread' });
  const thread = () => page.getByRole('complementary');
  const answerBody = () => thread().locator('.message.bot .body').last();

  /** Asks on the page and resolves to the question's ts when the bot has been told. */
  async function ask(text: string): Promise<string> {
    await channelBox().fill(text);
    await channelBox().press('Enter');
    const mention = await world.slack.waitFor(() =>
      world.app.received.find(({ type }) => type === 'app_mention'),
    );
    return String(mention.event.ts);
  }

  const bot = () => slackClient(world.slack);
  const inThread = (ts: string) => ({ channel: 'C0GENERAL', thread_ts: ts });
  const recipient = { recipient_team_id: 'T0LOCAL', recipient_user_id: 'U0ADA' };

  function closing(runId: string) {
    const label = (text: string) => ({ type: 'plain_text', text }) as const;
    return [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*Sources*\n[1] <https://docs.example/start|Start &amp; stop>' },
      },
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'vote',
            positive_button: { text: label('Good answer'), value: `1:${runId}` },
            negative_button: { text: label('Bad answer'), value: `0:${runId}` },
          },
        ],
      },
    ] as const;
  }

  /** The whole of a short answer; resolves to its run id. */
  async function answer(ts: string, text: string): Promise<string> {
    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: 'C0GENERAL', messageTs: ts });
    const started = await bot().chat.startStream({ ...inThread(ts), ...recipient, markdown_text: text });
    await bot().chat.stopStream({
      channel: 'C0GENERAL',
      ts: String(started.ts),
      blocks: [...closing(runId)],
    });
    return runId;
  }

  test('a question: status, words before the end, sources, a vote, its session and its trace', async () => {
    expect(page.url()).toBe(`http://localhost:${world.port}/`);
    const ts = await ask('how do I start & <stop>?');
    expect(world.posted()).toEqual(['<@U0BOT> how do I start &amp; &lt;stop&gt;?']);
    const sessionId = sessionIdFor({ tenantId: 'T0LOCAL', channelId: 'C0GENERAL', threadTs: ts });
    await thread().getByText(sessionId).waitFor();
    await thread().getByText('how do I start & <stop>?').waitFor();

    await bot().assistant.threads.setStatus({
      channel_id: 'C0GENERAL',
      thread_ts: ts,
      status: 'is searching the docs…',
    });
    await thread().getByText('Threadsmith is searching the docs…').waitFor();

    const stream = await bot().chat.startStream({
      ...inThread(ts),
      ...recipient,
      markdown_text: 'Run **npm',
    });
    const streamed = { channel: 'C0GENERAL', ts: String(stream.ts) };
    await answerBody().getByText('Run **npm').waitFor();
    expect(await thread().locator('.streaming').count()).toBe(1);
    expect(await thread().getByText('Threadsmith is searching').isVisible()).toBe(false);

    await bot().chat.appendStream({ ...streamed, markdown_text: ' start** [1].' });
    await answerBody().locator('strong', { hasText: 'npm start' }).waitFor();
    expect(await thread().getByText('Sources').count()).toBe(0);

    const runId = runIdFor({ tenantId: 'T0LOCAL', channelId: 'C0GENERAL', messageTs: ts });
    await bot().chat.stopStream({ ...streamed, blocks: [...closing(runId)] });
    const source = thread().getByRole('link', { name: 'Start & stop' });
    await source.waitFor();
    expect(await source.getAttribute('href')).toBe('https://docs.example/start');
    expect(await source.getAttribute('rel')).toContain('noopener');
    expect(await thread().locator('.streaming').count()).toBe(0);
    await page.getByRole('button', { name: '1 reply, last by Threadsmith' }).waitFor();
    expect(await page.locator('#announcer').textContent()).toContain('Threadsmith: Run npm start [1].');

    const tab = await context.newPage();
    await tab.goto(page.url());
    for (const open of [page, tab]) {
      expect(await open.getByRole('button', { name: 'Good answer' }).getAttribute('aria-pressed')).toBe(
        'false',
      );
    }
    await page.getByRole('button', { name: 'Good answer' }).click();
    for (const open of [page, tab]) await open.locator('.positive[aria-pressed=true]').waitFor();
    const click = world.app.received.find(({ type }) => type === 'block_actions');
    expect(click?.body).toMatchObject({ actions: [{ action_id: 'vote', value: `1:${runId}` }] });

    await sendTrace(world.langsmith, runId, sessionId);
    const traces = page.locator('#traces');
    await traces.getByText('call_anthropic').waitFor();
    await thread().getByText(runId).waitFor();
    await thread()
      .getByRole('button', { name: /^Trace .*4 runs · 1,968 tokens/ })
      .waitFor();
    expect(await page.locator('#totals').innerText()).toBe('1 turn · 1,968 tokens · $0.00324');

    expect([...hosts]).toEqual([`localhost:${world.port}`]);
  });

  test('the keyboard stays where it is after a vote, and after the dialog that a bad one opens', async () => {
    world.app.app.action<BlockAction>('vote', async ({ body, client }) => {
      if (body.actions.every((action) => 'value' in action && String(action.value).startsWith('1'))) return;
      const label = (text: string) => ({ type: 'plain_text', text }) as const;
      const element = { type: 'plain_text_input', action_id: 't' } as const;
      await client.views.open({
        trigger_id: body.trigger_id,
        view: {
          ...{ type: 'modal', callback_id: 'why', title: label('What is wrong?'), submit: label('Send') },
          blocks: [{ type: 'input', block_id: 'b', label: label('Reason'), element }],
        },
      });
    });
    world.app.app.view('why', ({ ack }) => ack());
    await answer(await ask('how do I start?'), 'With npm start.');
    const focused = page.locator(':focus');
    for (const name of ['Good answer', 'Bad answer']) {
      const button = page.getByRole('button', { name });
      await button.click();
      await button.and(page.locator('[aria-pressed=true]')).waitFor();
      if (name === 'Good answer') expect(await focused.getAttribute('aria-label')).toBe(name);
    }
    const reason = page.getByRole('dialog').getByLabel('Reason');
    await reason.and(focused).waitFor();
    await reason.fill('It is out of date.');
    await reason.press('Enter');
    await reason.waitFor({ state: 'hidden' });
    expect(await focused.getAttribute('aria-label')).toBe('Bad answer');
  });

  test('what is not sent waits where it was written; a file dropped elsewhere changes nothing', async () => {
    const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('x') };
    await page.locator('#channel-form input[type=file]').setInputFiles(file);
    await channelBox().fill('what does the plan say?');
    await page.getByRole('link', { name: 'help' }).click();
    const other = page.getByRole('textbox', { name: 'Message to #help' });
    expect(await other.inputValue()).toBe('');
    expect(await page.getByText('plan.txt').count()).toBe(0);
    await page.getByRole('link', { name: 'general' }).click();
    expect(await channelBox().inputValue()).toBe('what does the plan say?');
    expect(await page.getByText('plan.txt').count()).toBe(1);
    const taken = `(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'a.txt'));
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('.side').dispatchEvent(event);
      return event.defaultPrevented;
    })()`;
    expect(await page.evaluate(taken)).toBe(true);
    expect(await page.getByText('a.txt').count()).toBe(0);
  });

  test('an address that leads nowhere, or is none, leaves the page alive and says so', async () => {
    await page.goto(`${page.url()}#/C0GENERAL/1700000000.000100`);
    await page.getByText('That thread is not here').waitFor();
    expect(page.url()).toMatch(/#\/C0GENERAL$/);
    await page.goto(`${page.url().split('#')[0]}#/%`);
    await page.reload();
    await page.getByRole('button', { name: 'How do I start?' }).click();
    await thread().getByText('How do I start?').waitFor();
    expect(await channelBox().and(page.locator(':focus')).count()).toBe(1);
  });

  test('a follow-up goes to the same thread, and a page opened later shows it all', async () => {
    const ts = await ask('how do I start?');
    await answer(ts, 'With npm start.');
    await threadBox().fill('and\nstop?');
    await threadBox().press('Enter');
    const reply = await world.slack.waitFor(() =>
      world.app.received.find(({ type, event }) => type === 'app_mention' && event.thread_ts === ts),
    );
    expect(reply.event.text).toBe('<@U0BOT> and\nstop?');
    await page.reload();
    await thread().getByText('and\nstop?').waitFor();
    await thread().getByText('With npm start.').waitFor();
    expect(await page.getByRole('button', { name: '2 replies' }).getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    await threadBox().focus();
    await page.keyboard.press('Escape');
    await thread().waitFor({ state: 'hidden' });
  });

  test('hostile text in questions and answers stays text', async () => {
    const script = '<script>window.hacked = 1</script>';
    const ts = await ask(`why ${script}<img src=x onerror="window.hacked=1">?`);
    await thread().getByText(`why ${script}`).waitFor();
    const markdown = [
      script,
      '<img src="https://evil.example/1.png" onerror="window.hacked=1">',
      '![pixel](https://evil.example/2.png)',
      '[click](javascript:window.hacked=1)',
      '<javascript:window.hacked=1|click>',
      '<!channel>',
      '```html\n</code></pre><script>window.hacked = 1</script>\n```',
    ].join('\n\n');
    await answer(ts, markdown);
    await thread().getByText('[click](javascript:window.hacked=1)').waitFor();
    expect(await answerBody().locator('script, img, iframe, [onerror], [style]').count()).toBe(0);
    expect(await page.locator('.body a[href^="javascript:"]').count()).toBe(0);
    expect(await answerBody().locator('.broadcast').textContent()).toBe('@channel');
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect([...hosts]).toEqual([`localhost:${world.port}`]);
  });

  test('the mention is a chip: without it a message is just a message; a DM needs none', async () => {
    await page.getByRole('main').getByRole('button', { name: 'Remove the mention' }).first().click();
    expect(await channelBox().getAttribute('placeholder')).toBe('@threadsmith how do I …');
    await channelBox().fill('good morning');
    await channelBox().press('Enter');
    await page.getByText('good morning').waitFor();
    expect(world.posted()).toEqual(['good morning']);
    expect(await thread().isVisible()).toBe(false);
    await page.getByRole('main').getByRole('button', { name: 'Remove the mention' }).first().click();
    await channelBox().fill('@Threadsmith, are you there?');
    await channelBox().press('Enter');
    await thread().getByText('are you there?').waitFor();

    await page.getByRole('link', { name: 'Threadsmith', exact: true }).click();
    const box = page.getByRole('textbox', { name: 'Message to Threadsmith' });
    await box.fill('one line');
    await box.press('Shift+Enter');
    await box.pressSequentially('two lines');
    await box.press('Enter');
    await thread().getByText('one line').waitFor();
    expect(world.slack.workspace().messages('D0ADA')).toMatchObject([{ text: 'one line\ntwo lines' }]);
  });

  test('what could not be sent is said, and stays in the box', async () => {
    await world.server.close();
    await channelBox().fill('are you there?');
    await channelBox().press('Enter');
    await page.getByRole('alert').getByText('Not sent').waitFor();
    expect(await channelBox().inputValue()).toBe('are you there?');
    const notice = page.getByText('The playground does not answer; trying again');
    await notice.waitFor();
    expect(await notice.boundingBox()).toMatchObject({ height: expect.toSatisfy((height) => height < 60) });
    expect(problems.splice(0)).not.toEqual([]);
  });

  test('fits 400 px, and leaves room to write on every laptop', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    const ts = await ask('how do I start?');
    const runId = await answer(
      ts,
      `With \`${'npm-start-'.repeat(12)}\` and\n\n\`\`\`\n${'wide '.repeat(40)}\n\`\`\``,
    );
    await sendTrace(
      world.langsmith,
      runId,
      sessionIdFor({ tenantId: 'T0LOCAL', channelId: 'C0GENERAL', threadTs: ts }),
    );
    await thread()
      .getByRole('button', { name: /^Trace/ })
      .click();
    await thread().getByText(runId).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    await page.getByRole('tab', { name: 'Conversation' }).click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    expect(await channelBox().isVisible()).toBe(false);
    for (const width of [1024, 1200, 1280, 1366, 1440, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      const boxes = [channelBox(), threadBox()].map((box) => box.evaluate(({ clientWidth }) => clientWidth));
      for (const room of await Promise.all(boxes))
        expect([width, room]).toEqual([width, Math.max(room, 200)]);
    }
    await page.setViewportSize({ width: 400, height: 800 });
    await page.getByRole('button', { name: 'Close the thread' }).click();
    await channelBox().waitFor();
  });

  test('a page of another local server, which the browser gives the cookie, can neither write nor read', async () => {
    const target = `http://localhost:${world.port}`;
    const attack = `<iframe name="frame"></iframe>
      <form method="post" action="${target}/messages" target="frame" enctype="text/plain">
        <input name='{"channel":"C0GENERAL","text":"form","x":"' value='"}'></form>
      <script>
        const body = JSON.stringify({ channel: 'C0GENERAL', text: 'fetch' });
        const tries = [
          fetch('${target}/messages', { method: 'POST', mode: 'no-cors', credentials: 'include', body }),
          fetch('${target}/messages', { method: 'POST', credentials: 'include', body, headers: { 'content-type': 'application/json' } }),
          fetch('${target}/events', { credentials: 'include' }).then((answer) => answer.text()),
        ];
        document.forms[0].submit();
        Promise.allSettled(tries).then((results) => { window.results = results.map(({ status }) => status); });
      </script>`;
    const foreign = await listenOnLoopback(
      (_, response) => response.setHeader('content-type', 'text/html').end(attack),
      0,
    );
    try {
      const tab = await context.newPage();
      const submitted = tab.waitForResponse(`${target}/messages`);
      await tab.goto(`http://localhost:${foreign.port}/`);
      expect((await submitted).status()).toBe(403);
      await tab.waitForFunction('window.results');
      expect(await tab.evaluate('window.results')).toEqual(['rejected', 'rejected', 'rejected']);
      expect(world.posted()).toEqual([]);
      await tab.close();
      expect(problems.splice(0)).toContainEqual(expect.stringContaining('blocked by CORS policy'));
    } finally {
      await foreign.close();
    }
  });
});
