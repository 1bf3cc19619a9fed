import { beforeEach, expect, test } from 'vitest';
import { describeInChromium } from '../support/describe-in-chromium.js';
import { accessibilityViolations, type OpenedPage } from '../support/open-page.js';
import { type PageWorld, startPageWorld } from '../support/page-world.js';
import { slackClient } from '../support/slack-client.js';

/** The workspace in the page: what people do in Slack. The test plays the bot. */
describeInChromium('the workspace in Chromium', (open) => {
  let world: PageWorld;
  let page: OpenedPage['page'];
  let problems: OpenedPage['problems'];

  beforeEach(async () => {
    world = await startPageWorld();
    ({ page, problems } = await open(world.server.url));
    await page.getByRole('button', { name: 'How do I start?' }).waitFor();
  });

  const channelBox = () => page.getByRole('textbox', { name: 'Message to #general' });
  const threadBox = () => page.getByRole('textbox', { name: 'Reply in the thread' });
  const thread = () => page.getByRole('complementary');
  const people = () => page.getByRole('listbox', { name: 'People' }).getByRole('option');
  const bot = () => slackClient(world.slack);

  function received(type: string, where: Record<string, unknown> = {}) {
    return world.slack.waitFor(() =>
      world.app.received.find(
        ({ event, ...found }) =>
          found.type === type && Object.entries(where).every(([name, value]) => event[name] === value),
      ),
    );
  }

  async function ask(text: string): Promise<string> {
    await channelBox().fill(text);
    await channelBox().press('Enter');
    return String((await received('app_mention')).event.ts);
  }

  test('a second person joins the thread, and each has direct messages of their own', async () => {
    const ts = await ask('how do I start?');
    await page.getByLabel('You speak as').selectOption('Grace Hopper');
    await thread().getByText('how do I start?').waitFor();
    await threadBox().fill('me too');
    await threadBox().press('Enter');
    const reply = await received('app_mention', { user: 'U0GRACE' });
    expect(reply.event).toMatchObject({ thread_ts: ts, text: '<@U0BOT> me too' });
    await page.reload();
    expect(await page.getByLabel('You speak as').inputValue()).toBe('U0GRACE');
    expect(await page.getByRole('link', { name: 'Threadsmith', exact: true }).getAttribute('href')).toBe(
      '#/D0GRACE',
    );
  });

  test('mentions are completed by keyboard; Escape closes the list before the thread', async () => {
    await ask('how do I start?');
    await threadBox().pressSequentially('ask @g');
    await people().filter({ hasText: 'Grace Hopper' }).waitFor();
    await threadBox().press('Enter');
    expect(await threadBox().inputValue()).toBe('ask @grace ');
    await threadBox().pressSequentially('@');
    expect(await people().count()).toBe(3);
    await threadBox().press('ArrowDown');
    expect(await thread().locator('[aria-selected=true][role=option]').innerText()).toContain('Grace Hopper');
    await threadBox().press('Escape');
    expect(await people().count()).toBe(0);
    expect(await thread().isVisible()).toBe(true);
    await threadBox().press('Escape');
    await thread().waitFor({ state: 'hidden' });
  });

  test('own messages are edited and deleted by keyboard, others’ are not', async () => {
    const ts = await ask('how do I strat?');
    const message = thread().locator('.message').first();
    const menu = message.getByRole('button', { name: 'More actions' });
    await menu.focus();
    await menu.press('Enter');
    await page.keyboard.press('Escape');
    expect(await menu.and(page.locator(':focus')).count()).toBe(1);
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
    const box = page.getByRole('textbox', { name: 'Edit the message' });
    expect(await box.inputValue()).toBe('@threadsmith how do I strat?');
    await box.fill('');
    await box.press('Enter');
    await page.getByRole('alert').getByText('A message needs some text.').waitFor();
    await box.fill('@threadsmith how do I start?');
    await box.press('Enter');
    const edited = await received('message', { subtype: 'message_changed' });
    expect(edited.event.message).toMatchObject({ ts, text: '<@U0BOT> how do I start?' });
    await message.getByText('edited').waitFor();
    await box.waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await menu.and(page.locator(':focus')).count()).toBe(1);

    await bot().chat.postMessage({ channel: 'C0GENERAL', thread_ts: ts, text: 'With npm start.' });
    const answer = thread().locator('.message.bot');
    await answer.getByRole('button', { name: 'More actions' }).click();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Ask about this message']);
    await page.keyboard.press('Escape');

    await menu.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const deleted = await received('message', { subtype: 'message_deleted' });
    expect(deleted.event).toMatchObject({ deleted_ts: ts });
    await channelBox().and(page.locator(':focus')).waitFor();
    expect(page.url()).toMatch(/#\/C0GENERAL$/);
  });

  test('while the bot is at work it can be stopped', async () => {
    const ts = await ask('how do I start?');
    const session = { channel_id: 'C0GENERAL', thread_ts: ts };
    await bot().apiCall('agents.sessions.setStatus', { ...session, status: 'processing' });
    const stop = thread().getByRole('button', { name: 'Stop' });
    await stop.waitFor();
    const started = await bot().chat.startStream({
      ...{ channel: 'C0GENERAL', thread_ts: ts, recipient_team_id: 'T0LOCAL', recipient_user_id: 'U0ADA' },
      markdown_text: 'Run',
    });
    await thread().getByText('Threadsmith is writing').waitFor();
    await stop.click();
    const stopped = await received('agent_session_stopped');
    expect(stopped.event).toMatchObject({ thread_ts: ts, user: 'U0ADA', streaming_message_ts: [started.ts] });
    await bot().chat.stopStream({ channel: 'C0GENERAL', ts: String(started.ts) });
    await bot().apiCall('agents.sessions.setStatus', { ...session, status: 'active' });
    await stop.waitFor({ state: 'hidden' });
    expect(await threadBox().and(page.locator(':focus')).count()).toBe(1);
  });

  test('a file goes with a message', async () => {
    const file = { name: 'Übersicht.txt', mimeType: 'text/plain', buffer: Buffer.from('31 days') };
    await page.locator('#channel-form input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Remove Übersicht.txt' }).waitFor();
    await channelBox().fill('how many days?');
    await channelBox().press('Enter');
    await received('message', { subtype: 'file_share' });
    await thread().getByText('Übersicht.txt').waitFor();
    const [message] = world.slack.workspace().messages('C0GENERAL');
    expect(message?.files).toMatchObject([{ name: 'Übersicht.txt', mimetype: 'text/plain' }]);
    expect(Buffer.from(message?.files?.[0]?.content ?? []).toString()).toBe('31 days');
  });

  test('a slash command reaches the app, and its answer only whoever gave it; others are refused', async () => {
    world.app.app.command('/threadsmith', ({ ack, command }) => ack(`You asked: ${command.text}`));
    await channelBox().fill('/threadsmith what now?');
    await channelBox().press('Enter');
    await page.locator('#channel-messages').getByText('You asked: what now?').waitFor();
    await page.getByText('only visible to you').waitFor();
    expect(world.posted()).toEqual([]);
    await channelBox().fill('/remind me');
    await channelBox().press('Enter');
    await page.getByRole('alert').getByText('/remind is no command here; /threadsmith is.').waitFor();
    expect(problems.splice(0)).toEqual([expect.stringContaining('422')]);
  });

  test('a shortcut’s modal is filled in, refused, corrected and submitted', async () => {
    const label = (text: string) => ({ type: 'plain_text', text }) as const;
    const choice = (value: string) => ({ text: label(value), value });
    const { app } = world.app;
    app.shortcut('ask_about', async ({ ack, shortcut, client }) => {
      await ack();
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'form',
          title: label('What is wrong?'),
          submit: label('Send'),
          blocks: [
            { type: 'section', text: { type: 'mrkdwn', text: 'About *this* <script>answer</script>' } },
            {
              ...{ type: 'input', block_id: 'reason', label: label('Reason') },
              element: { type: 'radio_buttons', action_id: 'r', options: [choice('wrong'), choice('old')] },
            },
            {
              ...{ type: 'input', block_id: 'kind', label: label('Kind'), optional: true },
              element: { type: 'static_select', action_id: 's', options: [choice('a'), choice('b')] },
            },
            {
              ...{ type: 'input', block_id: 'more', label: label('More'), hint: label('In a sentence') },
              element: { type: 'plain_text_input', action_id: 't', multiline: true, max_length: 100 },
            },
          ],
        },
      });
    });
    const submitted: unknown[] = [];
    app.view('form', async ({ ack, view }) => {
      submitted.push(view.state.values);
      const short = view.state.values.more?.t?.value === 'no';
      await (short ? ack({ response_action: 'errors', errors: { more: 'Say more.' } }) : ack());
    });

    await ask('how do I start?');
    await thread().locator('.message').first().getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Ask about this message' }).click();
    const modal = page.getByRole('dialog', { name: 'What is wrong?' });
    await modal.getByText('About this <script>answer</script>').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await modal.getByText('old').click();
    await modal.getByLabel('Kind').selectOption('b');
    await modal.getByLabel('More').fill('no');
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.getByText('Say more.').waitFor();
    await modal.getByLabel('More').fill('It is out of date.');
    await modal.getByRole('button', { name: 'Send' }).click();
    await modal.waitFor({ state: 'hidden' });
    expect(submitted.at(-1)).toMatchObject({
      reason: { r: { selected_option: { value: 'old' } } },
      kind: { s: { selected_option: { value: 'b' } } },
      more: { t: { value: 'It is out of date.' } },
    });
  });

  test('the app’s home and its suggestions appear where people write to it', async () => {
    await page.getByRole('link', { name: 'Threadsmith', exact: true }).click();
    await received('app_home_opened', { tab: 'messages', user: 'U0ADA' });
    const prompts = [{ title: 'Get started', message: 'How do I get started?' }];
    await bot().assistant.threads.setSuggestedPrompts({ channel_id: 'D0ADA', prompts: [...prompts] });
    await page.getByRole('button', { name: 'Get started' }).waitFor();
    await page.getByRole('link', { name: 'Home' }).click();
    await received('app_home_opened', { tab: 'home' });
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'How to ask' } }] as const;
    await bot().views.publish({ user_id: 'U0ADA', view: { type: 'home', blocks: [...blocks] } });
    await page.getByRole('heading', { name: 'How to ask' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
  });
});
