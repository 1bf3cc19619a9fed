import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../src/playground/slack/check-blocks.js';
import { METHOD_TABLE } from '../../src/playground/slack/method-table.js';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const button = (fields: object) => ({ type: 'button', text: plain('Go'), ...fields });
const feedback = (fields: object) => ({
  type: 'context_actions',
  elements: [
    {
      type: 'feedback_buttons',
      action_id: 'vote',
      positive_button: { text: plain('Good'), value: 'up' },
      negative_button: { text: plain('Bad'), value: 'down' },
      ...fields,
    },
  ],
});
const markdown = (length: number) => ({ type: 'markdown', text: 'x'.repeat(length) });

describe('blocks', () => {
  it.each([
    ['51 of them', Array.from({ length: 51 }, () => ({ type: 'divider' })), '/blocks'],
    ['an unknown type', [{ type: 'marquee' }], '/blocks/0/type'],
    ['a section without text', [{ type: 'section' }], '/blocks/0'],
    ['a long section', [section('x'.repeat(3_001))], '/blocks/0/text/text'],
    ['an empty section', [section('')], '/blocks/0/text/text'],
    ['long markdown', [markdown(12_001)], '/blocks/0/text'],
    ['markdown that is long together', [markdown(6_001), markdown(6_000)], '/blocks'],
    ['mrkdwn in a header', [{ ...section('x'), type: 'header' }], '/blocks/0/text/type'],
    ['a long button value', [actions(button({ value: 'x'.repeat(2_001) }))], '/blocks/0/elements/0/value'],
    [
      'an action_id twice',
      [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
      '/blocks/0/elements',
    ],
    ['no action', [actions()], '/blocks/0/elements'],
    ['feedback without action_id', [feedback({ action_id: undefined })], '/blocks/0/elements/0/action_id'],
    [
      'feedback with one button',
      [feedback({ negative_button: undefined })],
      '/blocks/0/elements/0/negative_button',
    ],
    [
      'a plain button among context actions',
      [{ ...actions(button({})), type: 'context_actions' }],
      '/blocks/0/elements/0/type',
    ],
    [
      'a block_id twice',
      [
        { ...section('x'), block_id: 'a' },
        { ...section('y'), block_id: 'a' },
      ],
      '/blocks',
    ],
    [
      'an image without alt_text',
      [{ type: 'image', image_url: 'https://example.com/a.png' }],
      '/blocks/0/alt_text',
    ],
  ])('are refused with %s', (_, blocks, pointer) => {
    expect(() => checkBlocks(blocks)).toThrow(`[json-pointer:${pointer}]`);
  });

  it('are taken up to the limits', () => {
    const most = [
      section('x'.repeat(3_000)),
      markdown(12_000),
      actions(button({ action_id: 'a', value: 'x'.repeat(2_000) }), button({})),
      feedback({}),
      { type: 'rich_text', elements: [] },
    ];
    expect(checkBlocks(most)).toEqual(most);
    expect(checkBlocks(Array.from({ length: 50 }, () => ({ type: 'divider' })))).toHaveLength(50);
  });
});

/** Facts from Slack's reference, kept beside the repository by those who maintain it. */
const reference = new URL('../../../shared/data/slack-methods.json', import.meta.url);

/** Where the reference's own notes, or Slack's newer typings, say more than its table of arguments. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  'agents.sessions.setStatus': ['icon_emoji', 'icon_url', 'initiator_user_id', 'username'],
};
/** With agent_view the prompts belong to a DM, not to a thread. */
const LOOSER: Readonly<Record<string, readonly string[]>> = {
  'assistant.threads.setSuggestedPrompts': ['thread_ts'],
};

/** Read on docs.slack.dev instead. */
const NOT_THERE: readonly string[] = ['reactions.remove'];

describe.skipIf(!existsSync(reference))('the table of methods', () => {
  it.each(Object.entries(METHOD_TABLE))('says of %s what Slack’s reference says', (method, facts) => {
    const methods: Record<string, { args: Record<string, boolean> }> = JSON.parse(
      readFileSync(reference, 'utf8'),
    );
    const { args } = methods[method] ?? {};
    if (!args) return expect(NOT_THERE).toContain(method);
    const required = Object.keys(args).filter((name) => args[name]);
    const known = [...facts.required, ...facts.optional].filter((name) => !NEWER[method]?.includes(name));
    expect(known.sort()).toEqual(Object.keys(args).sort());
    const loosened = required.filter((name) => !LOOSER[method]?.includes(name));
    expect([...facts.required].sort()).toEqual(loosened.sort());
  });
});
