import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { createWorkspace } from '../../src/playground/slack/workspace.js';
import { newSlackDouble } from '../support/new-slack-double.js';
import { type RecordingApp, recordOverHttp } from '../support/recording-app.js';
import { refusalOf, slackClient } from '../support/slack-client.js';

let slack: SlackDouble;
let app: RecordingApp;
let time: number;
beforeEach(async () => {
  time = 1_700_000_000_000;
  const now = () => time;
  slack = await newSlackDouble({ now, workspaces: [createWorkspace({ now })], retryDelaysMs: [] });
  app = await recordOverHttp(slack);
  app.app.command(/./, ({ ack }) => ack());
});

const text = { type: 'plain_text' as const, text: 'Hello' };

describe('a response_url', () => {
  const urlOf = ({ outgoing }: { outgoing: { payload: Readonly<Record<string, unknown>> } }) =>
    String(outgoing.payload.response_url);
  const respond = async (url: string, body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const command = { channel: 'C0GENERAL', user: 'U0ADA', command: '/hello', text: 'you' };
  const shown = () => slack.workspace().ephemerals.map((ephemeral) => ephemeral.text);

  it('is good for five messages in half an hour', async () => {
    const url = urlOf(await slack.command(command));
    for (let n = 1; n <= 5; n += 1) expect(await respond(url, { text: `${n}` })).toEqual({ ok: true });
    expect(await respond(url, { text: '6' })).toMatchObject({ ok: false, error: 'used_url' });
    const other = urlOf(await slack.command(command));
    time += 30 * 60_000;
    expect(await respond(other, { text: 'late' })).toMatchObject({ ok: false, error: 'expired_url' });
    expect(shown()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('of a command replaces nothing, that of a click its own message, also one that chat.update does not find', async () => {
    const url = urlOf(await slack.command(command));
    const button = { type: 'button', action_id: 'vote', text };
    await respond(url, { text: 'one', blocks: [{ type: 'actions', elements: [button] }] });
    await respond(url, { text: 'two', replace_original: true });
    expect(shown()).toEqual(['one', 'two']);
    const ts = slack.workspace().ephemerals[0]?.ts ?? '';
    const update = slackClient(slack).chat.update({ channel: 'C0GENERAL', ts, text: 'changed' });
    expect(await refusalOf(update)).toBe('message_not_found');
    const click = await slack.click({ channel: 'C0GENERAL', user: 'U0ADA', ts, actionId: 'vote' });
    await respond(urlOf(click), { text: 'three', replace_original: true });
    expect(shown()).toEqual(['two', 'three']);
  });
});

describe('views', () => {
  const trigger = async () => {
    const { outgoing } = await slack.command({ channel: 'D0ADA', user: 'U0ADA', command: '/x', text: '' });
    return String(outgoing.payload.trigger_id);
  };
  const input = {
    type: 'input' as const,
    label: text,
    element: { type: 'plain_text_input' as const, action_id: 'a' },
  };
  const modal = { type: 'modal' as const, title: text, blocks: [input], submit: text };

  it('open by a trigger once, within three seconds', async () => {
    const { views } = slackClient(slack);
    const trigger_id = await trigger();
    await views.open({ trigger_id, view: modal });
    expect(await refusalOf(views.open({ trigger_id, view: modal }))).toBe('invalid_trigger_id');
    const late = await trigger();
    time += 3_001;
    expect(await refusalOf(views.open({ trigger_id: late, view: modal }))).toBe('expired_trigger_id');
  });

  it.each([
    ['no button to submit its input', { submit: undefined }],
    ['too long a title', { title: { ...text, text: 'x'.repeat(25) } }],
    ['too much metadata', { private_metadata: 'x'.repeat(3_001) }],
    ['no view of its kind', { type: 'home' }],
  ])('are refused with %s', async (_name, change) => {
    const view: object = { ...modal, ...change };
    const call = slackClient(slack).apiCall('views.open', { trigger_id: await trigger(), view });
    expect(await refusalOf(call)).toBe('invalid_arguments');
  });

  it('of the Home tab are published for one person, who opens it', async () => {
    const { views } = slackClient(slack);
    await slack.openHome('U0ADA', 'home');
    const view = { type: 'home' as const, blocks: [{ type: 'section' as const, text }] };
    expect(await refusalOf(views.publish({ user_id: 'U0NOBODY', view }))).toBe('user_not_found');
    await views.publish({ user_id: 'U0ADA', view });
    expect(slack.workspace().home('U0ADA')?.view).toMatchObject(view);
    expect(slack.workspace().home('U0GRACE')).toBeUndefined();
    await slack.openHome('U0ADA', 'home');
    await slack.openHome('U0ADA', 'messages');
    await slack.waitFor(() => app.received.filter(({ type }) => type === 'app_home_opened').length === 3);
    expect(slack.deliveries().map(({ outgoing }) => outgoing.payload.event)).toMatchObject([
      { type: 'app_home_opened', user: 'U0ADA', channel: 'D0ADA', tab: 'home' },
      { tab: 'home', view: { type: 'home' } },
      { tab: 'messages' },
    ]);
  });
});
