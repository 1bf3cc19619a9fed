import { describe, expect, test } from 'vitest';
import { closingBlocks } from '../../src/slack/delivery/blocks.js';
import { ownAnswer } from '../../src/slack/reading/own-answer.js';
import { turnOf } from '../../src/slack/reading/turn-of.js';

const bot = { teamId: 'T1', botUserId: 'UBOT', botId: 'BBOT', teamName: 'Acme' };
const passage = {
  ...{ id: 'p', documentId: 'd', title: 'Billing', headings: [], text: 'x', source: 's', score: 1 },
};

describe('turnOf', () => {
  test('names people and other apps by their ids', () => {
    expect(turnOf({ ts: '1.1', user: 'U1', text: 'a &amp; b' }, bot)).toEqual({
      role: 'user',
      text: 'a & b',
      userId: 'U1',
      messageTs: '1.1',
    });
    const app = {
      ts: '1.2',
      subtype: 'bot_message',
      bot_id: 'B9',
      attachments: [{ fallback: 'Build failed' }],
    };
    expect(turnOf(app, bot)).toMatchObject({ role: 'user', text: 'Build failed', userId: 'B9' });
  });

  test('has an answer of the bot without its sources, numbers and buttons, streamed or posted', () => {
    const closing = closingBlocks([{ number: 1, passage }], '018bcfe5-687b-7db3-b089-cf0d3d8efcbb');
    const answer = 'Within &lt;10&gt; days. [1] See `a[1]`.';
    const streamed = { ts: '1.1', user: 'UBOT', text: answer, blocks: closing };
    const posted = { ...streamed, text: 'Sources', blocks: [{ type: 'markdown', text: answer }, ...closing] };
    const elements = [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Within <10> days. [1] See ' },
          { type: 'text', text: 'a[1]', style: { code: true } },
          { type: 'text', text: '.' },
        ],
      },
    ];
    const asRichText = { ...streamed, blocks: [{ type: 'rich_text', elements }, ...closing] };
    for (const message of [streamed, posted, asRichText, { ...streamed, user: undefined, bot_id: 'BBOT' }]) {
      expect(turnOf(message, bot)).toEqual({
        role: 'assistant',
        text: 'Within <10> days. See `a[1]`.',
        messageTs: '1.1',
      });
    }
  });

  test.each([
    [
      'a deleted message',
      { ts: '1.1', subtype: 'tombstone', user: 'USLACKBOT', text: 'This message was deleted.' },
    ],
    ['an image without a word', { ts: '1.1', user: 'U1', text: '', blocks: [{ type: 'image' }] }],
    [
      'a notice of the bot',
      { ts: '1.1', user: 'UBOT', text: '_The answer was interrupted here. Please ask again._' },
    ],
    ['only buttons of the bot', { ts: '1.1', user: 'UBOT', text: 'Sources', blocks: [] }],
    ['what is no message', null],
    ['one without a timestamp', { user: 'U1', text: 'x' }],
  ])('leaves out %s', (_name, message) => {
    expect(turnOf(message, bot)).toBeUndefined();
  });

  test('names the files of a message that has nothing else', () => {
    const files = [
      { id: 'F1', name: 'error.log' },
      { id: 'F2', mode: 'tombstone' },
      { id: 'F3', title: 'Plan' },
    ];
    expect(turnOf({ ts: '1.1', user: 'U1', text: '', files }, bot)?.text).toBe('[attached: error.log, Plan]');
  });
});

describe('ownAnswer', () => {
  test.each([
    ['Ten days.\n\n_The answer was interrupted here. Please ask again._', 'Ten days.'],
    ['Ten days.\n\n_I did not read `a_b.xlsx`: it is a spreadsheet._', 'Ten days.'],
    ['_No language model is set up: these fit best._\n\n> Ten days. [1]', '> Ten days.'],
    [
      'Ten\n\n_Something went wrong and the answer ends here._ Please ask again; if it goes on, give your admin this reference: `cf0d3d8efcbb`.',
      'Ten',
    ],
    ['Ten days. [1][2]\n*Sources*\n[1] Billing\n[2] Plans', 'Ten days.'],
    ['@\u2060channel stays readable', '@channel stays readable'],
    ['A _word_ stays, [1](https://a.example) too.', 'A _word_ stays, [1](https://a.example) too.'],
    ['…', ''],
  ])('%s', (text, answer) => {
    expect(ownAnswer(text)).toBe(answer);
  });
});
