import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/slack/reading/message-text.js';
import { richText } from '../../src/slack/reading/rich-text.js';

const text = (words: string, style?: object) => ({ type: 'text', text: words, ...(style && { style }) });
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const items = (style: string, indent: number, words: readonly string[], more: object = {}) => ({
  type: 'rich_text_list',
  style,
  indent,
  elements: words.map((word) => section(text(word))),
  ...more,
});

describe('richText', () => {
  test.each([
    ['plain text', [section(text('a < b & c'))], 'a < b & c'],
    [
      'styles, at the words',
      [
        section(
          text('very ', { bold: true }),
          text('new', { italic: true }),
          text(' and '),
          text('gone', { strike: true }),
        ),
      ],
      '**very** _new_ and ~~gone~~',
    ],
    ['two styles', [section(text('x', { bold: true, italic: true }))], '**_x_**'],
    ['inline code, its marks alone', [section(text('npm *i*', { code: true, bold: true }))], '`npm *i*`'],
    ['inline code with a backtick', [section(text('a`b', { code: true }))], '`` a`b ``'],
    [
      'links',
      [
        section(
          { type: 'link', url: 'https://a.example', text: 'docs' },
          text(' '),
          { type: 'link', url: 'https://b.example?x=1&y=2' },
          text(' '),
          { type: 'link', url: 'mailto:a@example.com', text: 'a@example.com' },
        ),
      ],
      '[docs](https://a.example) https://b.example?x=1&y=2 a@example.com',
    ],
    [
      'people, channels and groups',
      [
        section(
          { type: 'user', user_id: 'U1' },
          { type: 'channel', channel_id: 'C1' },
          { type: 'usergroup', usergroup_id: 'S1' },
          { type: 'broadcast', range: 'here' },
          { type: 'team', team_id: 'T1' },
        ),
      ],
      '@U1#C1@S1@here@T1',
    ],
    [
      'emoji, dates and colours',
      [
        section(
          { type: 'emoji', name: 'wave', unicode: '1f44b-1f3fd' },
          { type: 'emoji', name: 'our_logo' },
          { type: 'emoji', name: 'odd', unicode: 'ffffffff' },
          { type: 'date', timestamp: 1_700_000_000, format: '{date}', fallback: '14 Nov' },
          { type: 'date', timestamp: 1_700_000_000, format: '{date}' },
          { type: 'color', value: '#ff0000' },
        ),
      ],
      '👋🏽:our_logo::odd:14 Nov2023-11-14 22:13 UTC#ff0000',
    ],
    [
      'code with its lines and indents',
      [
        section(text('run:\n')),
        { type: 'rich_text_preformatted', language: 'ts', elements: [text('if (a) {\n    b();\n}')] },
      ],
      'run:\n```ts\nif (a) {\n    b();\n}\n```',
    ],
    [
      'code that holds a fence',
      [{ type: 'rich_text_preformatted', elements: [text('```\nx\n```')] }],
      '````\n```\nx\n```\n````',
    ],
    ['quotes', [{ type: 'rich_text_quote', elements: [text('one\ntwo')] }], '> one\n> two'],
    [
      'lists in lists, numbers going on',
      [
        items('ordered', 0, ['first', 'second']),
        items('bullet', 1, ['inner', 'two\nlines']),
        items('ordered', 0, ['third'], { offset: 2 }),
      ],
      '1. first\n2. second\n   - inner\n   - two\n     lines\n3. third',
    ],
    ['what it does not know, by its text', [{ type: 'rich_text_new', elements: [text('words')] }], 'words'],
  ])('%s', (_name, elements, markdown) => {
    expect(richText(elements)).toBe(markdown);
  });

  test.each([undefined, null, 7, 'x', {}, [null, 7, 'x', {}, { type: 'rich_text_list' }, { elements: 5 }]])(
    'of %j is nothing, and no error',
    (elements) => {
      expect(richText(elements)).toBe('');
    },
  );
});

describe('messageText', () => {
  const rich = (...elements: object[]) => [{ type: 'rich_text', elements }];

  test('reads the blocks before the text, and leaves out mentions of the bot', () => {
    const blocks = rich(
      section({ type: 'user', user_id: 'UBOT' }, text(' how do I run '), text('a && b', { code: true })),
    );
    expect(messageText({ text: '<@UBOT> how do I run `a &amp;&amp; b`', blocks }, 'UBOT')).toBe(
      'how do I run `a && b`',
    );
  });

  test('falls back to the text, its code kept as it is', () => {
    const message = {
      text: '<@UBOT> why?\n```if (a &lt; b) {\n    c();\n}```',
      blocks: [{ type: 'divider' }],
    };
    expect(messageText(message, 'UBOT')).toBe('why?\n```if (a < b) {\n    c();\n}```');
  });

  test('of another app is in its blocks and attachments', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Alert <1>' } },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*API* is &lt;slow&gt;, see <https://s.example|status>' },
        fields: [{ type: 'mrkdwn', text: 'Region: eu' }],
      },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: 'by <@U1>' },
          { type: 'image', alt_text: 'x' },
        ],
      },
      { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Mute' } }] },
      { type: 'image', image_url: 'https://i.example', alt_text: 'a graph' },
    ];
    const attachments = [
      {
        pretext: 'Details',
        title: 'Incident 7',
        title_link: 'https://i.example/7',
        text: 'p99 &gt; 2 s',
        fields: [{ title: 'Owner', value: '<@U2>' }],
      },
      { fallback: 'only for plain clients' },
    ];
    expect(messageText({ text: 'Alert', blocks, attachments }, 'UBOT')).toBe(
      'Alert <1>\n\n*API* is <slow>, see [status](https://s.example)\nRegion: eu\n\nby @U1\n\na graph\n\n' +
        'Details\n[Incident 7](https://i.example/7)\np99 > 2 s\nOwner: @U2\n\nonly for plain clients',
    );
  });

  test('has a shared message as a quote and a pasted table, and no previews of links', () => {
    const attachments = [
      { from_url: 'https://a.example', title: 'A preview', text: 'that nobody wrote' },
      {
        from_url: 'https://x.slack.com/archives/C1/p1',
        is_msg_unfurl: true,
        author_id: 'U7',
        text: 'fallback',
        message_blocks: [{ message: { blocks: rich(section(text('one\ntwo'))) } }],
      },
      {
        blocks: [
          {
            type: 'table',
            rows: [
              [
                { type: 'raw_text', text: 'Plan' },
                { type: 'raw_text', text: 'Seats' },
              ],
              [
                { type: 'rich_text', elements: [section(text('Team'))] },
                { type: 'raw_text', text: '25' },
              ],
            ],
          },
        ],
      },
    ];
    expect(messageText({ text: 'see this', attachments }, 'UBOT')).toBe(
      'see this\n\n@U7 wrote:\n> one\n> two\n\n| Plan | Seats |\n| Team | 25 |',
    );
  });

  test.each([undefined, null, 7, 'text', [], {}, { text: 5, blocks: {}, attachments: [null, 4, {}] }])(
    'of %j is nothing, and no error',
    (message) => {
      expect(messageText(message, 'UBOT')).toBe('');
    },
  );
});
