import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { buttonsOf } from '../../src/playground/view/buttons-of.js';
import { createMarkdownToHtml } from '../../src/playground/view/markdown-html.js';
import { createMessageToHtml } from '../../src/playground/view/message-html.js';
import { messageText } from '../../src/playground/view/message-text.js';
import { mrkdwnToHtml } from '../../src/playground/view/mrkdwn-html.js';
import { plainText } from '../../src/playground/view/plain-text.js';
import { encodeSlackEntities } from '../../src/playground/view/slack-entities.js';
import { traceViews } from '../../src/playground/view/trace-view.js';

const NAMES: Readonly<Record<string, string>> = { U0ADA: 'Ada <Lovelace>', C0HELP: 'help' };
const nameOf = (id: string) => NAMES[id];
const markdownToHtml = createMarkdownToHtml();
const messageToHtml = createMessageToHtml();

/** Every tag with its attributes, read as a browser would read them: quoted values only. */
function tagsIn(html: string): string[] {
  return html.match(/<[a-z!/][^>"]*(?:"[^"]*"[^>"]*)*>/gi) ?? [];
}

const ALLOWED_TAG =
  /^<\/?(?:a|b|blockquote|br|code|div|em|h[4-6]|hr|li|ol|p|pre|s|span|strong|table|tbody|td|th|thead|tr|ul)(?: (?:href="(?:https?:\/\/|mailto:)[^"<>]*"|target="_blank"|rel="noopener noreferrer nofollow"|class="[\w -]*"|start="\d+"|title="[^"<>]*"))*>$/;

/** Nothing but harmless elements, and no quote or angle bracket of the text has become markup. */
function expectSafe(html: string): void {
  for (const tag of tagsIn(html)) expect(tag).toMatch(ALLOWED_TAG);
  const rest = tagsIn(html).reduce((left, tag) => left.replace(tag, ''), html);
  expect(rest).not.toMatch(/[<>]/);
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '![x](https://evil.example/pixel.png)',
  '![x](javascript:alert(1))',
  '![][p]\n\n[p]: https://evil.example/pixel.png',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example)',
  '[x](/messages)',
  '[x](https://a.example/" onmouseover="alert(1))',
  '[x](<https://a.example/" onmouseover="alert(1)>)',
  '[x](https://a.example \'t" onmouseover="alert(1)\')',
  '[x]: javascript:alert(1)\n\n[x]',
  '<javascript:alert(1)>',
  '<javascript:alert(1)|click>',
  '<data:text/html,x|click>',
  '<https://a.example/"onmouseover="alert(1)|x>',
  "<https://a.example/'onmouseover='alert(1)|x>",
  '<https://a.example|<script>alert(1)</script>>',
  '<https://a.example|&lt;script&gt;alert(1)&lt;/script&gt;>',
  '<https://a.example/&quot;&gt;&lt;script&gt;|x>',
  '<https://a.example/`code`|`x`>',
  '`<script>alert(1)</script>`',
  '```html" onmouseover="alert(1)\n<script>alert(1)</script>\n```',
  '```\n</code></pre><script>alert(1)</script>',
  '    <script>indented</script>',
  '| a |\n|:-:|\n| <script>alert(1)</script> |',
  '# <script>alert(1)</script>',
  '> <script>alert(1)</script>',
  '*<script>*alert(1)*</script>*',
  '_<https://a.example|*x_>*',
  '[a [b](https://b.example)](https://a.example)',
  '[<https://a.example|a>](javascript:alert(1))',
  '[<@U0ADA>](https://a.example)',
  '\uE0000\uE001 `a` \uE0001\uE001',
  '<!--><script>alert(1)</script>-->',
  '<?php echo 1 ?>',
  '<!subteam^S1|@<script>>',
  '<!date^1^{date}|<b>now</b>>',
  '<@U0ADA> <@U0NOBODY|<img>>',
  '&#60;script&#62;alert(1)&#60;/script&#62;',
  '<'.repeat(1_000),
  '['.repeat(1_000),
  '*a '.repeat(1_000),
  '`'.repeat(1_001),
];

describe('hostile text', () => {
  test.each(HOSTILE)('stays text: %j', (text) => {
    const blocks = [
      { type: 'markdown', text },
      { type: 'header', text: { type: 'plain_text', text } },
      { type: 'section', text: { type: 'mrkdwn', text }, fields: [{ type: 'plain_text', text }] },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text },
          { type: 'image', image_url: text, alt_text: text },
        ],
      },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text, style: { bold: true, code: true } },
              { type: 'link', url: text, text },
              { type: 'user', user_id: text },
              { type: 'emoji', name: text },
            ],
          },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] },
        ],
      },
      { type: 'image', image_url: text, alt_text: text },
      { type: text },
    ];
    expectSafe(markdownToHtml(text, nameOf));
    expectSafe(mrkdwnToHtml(text, nameOf));
    expectSafe(messageToHtml({ text, markdown: true, blocks }, nameOf));
    expectSafe(messageToHtml({ text }, () => text));
  });

  test('the check itself catches what a careless renderer lets through', () => {
    const careless = new MarkdownIt({ html: true });
    expect(() => expectSafe(careless.render('<script>alert(1)</script>'))).toThrow();
    expect(() => expectSafe(careless.render('![x](https://evil.example/pixel.png)'))).toThrow();
    expect(() => expectSafe(careless.render('[x](/messages)'))).toThrow();
    expect(() => expectSafe('a > b')).toThrow();
  });

  test('a long question costs no noticeable time', () => {
    const started = performance.now();
    for (const piece of ['<', '*', '_a ', '`', '```', '<https://a', '~a~', '&lt;', '> \n']) {
      mrkdwnToHtml(piece.repeat(Math.ceil(40_000 / piece.length)), nameOf);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('Markdown', () => {
  test.each([
    ['**bold** and `code`', '<p><strong>bold</strong> and <code>code</code></p>'],
    ['a &lt; b &amp;&amp; c', '<p>a &lt; b &amp;&amp; c</p>'],
    ['`a &lt; b`', '<p><code>a &lt; b</code></p>'],
    ['```\nif (a &amp;&amp; b &lt; c)\n```', '<pre><code>if (a &amp;&amp; b &lt; c)\n</code></pre>'],
    ['&amp;copy; 2026', '<p>&amp;copy; 2026</p>'],
    ['one\ntwo', '<p>one<br>\ntwo</p>'],
    ['# Title', '<h4>Title</h4>'],
    ['true [1].', '<p>true <span class="citation">[1]</span>.</p>'],
    [
      '<@U0ADA> in <#C0HELP>',
      '<p><span class="mention">@Ada &lt;Lovelace&gt;</span> in <span class="mention">#help</span></p>',
    ],
    ['<!channel>', '<p><span class="broadcast">@channel</span></p>'],
  ])('%j', (markdown, html) => {
    expect(markdownToHtml(markdown, nameOf).trim()).toBe(html);
  });

  test('links are absolute and open elsewhere; images are links', () => {
    const link =
      '<a href="https://a.example/?b&amp;c" target="_blank" rel="noopener noreferrer nofollow">x</a>';
    expect(markdownToHtml('[x](https://a.example/?b&amp;c)', nameOf)).toContain(link);
    expect(markdownToHtml('<https://a.example/?b&amp;c|x>', nameOf)).toContain(link);
    expect(markdownToHtml('![x](https://a.example/?b&amp;c)', nameOf)).toContain(`!${link}`);
  });

  test('a table is aligned by class, since the page allows no inline style', () => {
    const html = markdownToHtml('| a | b |\n|--:|:-:|\n| 1 | 2 |', nameOf);
    expect(html).toContain('<td class="align-right">1</td>');
    expect(html).toContain('<th class="align-center">b</th>');
    expect(html).not.toContain('style=');
  });
});

describe('a passage at a glance', () => {
  test('is its words: links by label, lines joined, items and rows each on one', () => {
    const markdown = [
      'Ask [whoever added\nthem](documents.md#whom-to-ask) or **wait**: `npm run x`\\',
      'and <b>so</b> on.\n\n- one\n- two\n',
      '| a | b |\n|---|---|\n| c | d |\n',
      '```sh\nnpm start\n```\n\n# End ![a picture](x.png)',
    ].join('\n');
    expect(plainText(markdown)).toBe(
      'Ask whoever added them or wait: npm run x\nand <b>so</b> on.\n• one\n• two\na  b\nc  d\nnpm start\nEnd a picture',
    );
  });
});

describe('mrkdwn', () => {
  test.each([
    [
      '*bold* _italic_ ~struck~ `code`',
      '<strong>bold</strong> <em>italic</em> <s>struck</s> <code>code</code>',
    ],
    ['2*3*4 snake_case_name', '2*3*4 snake_case_name'],
    [
      '*<https://a.example|A>*',
      expect.stringMatching(/^<strong><a href="https:\/\/a\.example" .*>A<\/a><\/strong>$/),
    ],
    ['`*not bold*` <@U0ADA>', '<code>*not bold*</code> <span class="mention">@Ada &lt;Lovelace&gt;</span>'],
    ['&gt; one\n&gt; two\nthree', '<blockquote>one\ntwo</blockquote>three'],
    ['```\na &lt; b\n```', '<pre><code>a &lt; b</code></pre>'],
    ['<mailto:a@b.example|write>', expect.stringContaining('href="mailto:a@b.example"')],
    ['<ftp://a.example|x>', '&lt;ftp://a.example|x&gt;'],
  ])('%j', (mrkdwn, html) => {
    expect(mrkdwnToHtml(mrkdwn, nameOf)).toEqual(html);
  });

  test('what a person types comes back as they typed it', () => {
    const typed = 'is 1 < 2 && "a" > \'b\' &amp; <script>?';
    const shown = mrkdwnToHtml(encodeSlackEntities(typed), nameOf);
    expect(shown).toBe('is 1 &lt; 2 &amp;&amp; &quot;a&quot; &gt; &#39;b&#39; &amp;amp; &lt;script&gt;?');
  });
});

describe('blocks', () => {
  test('replace the text, but follow streamed text', () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*Sources*' } }, { type: 'divider' }];
    const shown = '<div class="mrkdwn"><strong>Sources</strong></div><hr>';
    expect(messageToHtml({ text: 'fallback', blocks }, nameOf)).toBe(shown);
    expect(messageToHtml({ text: 'streamed', markdown: true, blocks }, nameOf)).toBe(
      `<div class="markdown"><p>streamed</p>\n</div>${shown}`,
    );
  });

  test('of an unknown type are named, and of a wrong shape never throw', () => {
    expect(messageToHtml({ text: '', blocks: [{ type: 'video' }] }, nameOf)).toContain(
      'type &quot;video&quot;',
    );
    const odd = [
      null,
      7,
      'x',
      [],
      {},
      { type: 'section' },
      { type: 'context', elements: 3 },
      { type: 'rich_text' },
    ];
    expectSafe(messageToHtml({ text: '', blocks: odd }, nameOf));
    expect(buttonsOf([...odd, { type: 'actions', elements: [null, { type: 'button' }] }])).toHaveLength(1);
  });

  test('feedback buttons are two, with the labels for screen readers', () => {
    const text = (label: string) => ({ text: { type: 'plain_text', text: label } });
    const feedback = {
      type: 'feedback_buttons',
      action_id: 'vote',
      positive_button: { ...text('Good'), value: '1:run', accessibility_label: 'This helped' },
      negative_button: { ...text('Bad'), value: '0:run' },
    };
    expect(buttonsOf([{ type: 'context_actions', elements: [feedback] }])).toEqual([
      { actionId: 'vote', value: '1:run', label: 'This helped', kind: 'positive' },
      { actionId: 'vote', value: '0:run', label: 'Bad', kind: 'negative' },
    ]);
  });
});

describe('the terminal', () => {
  const message = { channelId: 'D0ADA', ts: '1700000000.000200', userId: 'U0BOT' };
  const open = { state: 'in_progress', startedAt: 0 } as const;

  test('shows references by name, links with their address, entities decoded, blocks last', () => {
    const blocks = [
      { type: 'section', text: { type: 'mrkdwn', text: '*Sources*\n[1] <https://a.example|A &amp; B>' } },
    ];
    const stream = { state: 'completed', startedAt: 0 } as const;
    const text = 'a &lt; b, <@U0ADA> [1]';
    expect(messageText({ ...message, text, blocks, stream }, nameOf)).toBe(
      'a < b, @Ada <Lovelace> [1]\n\n*Sources*\n[1] A & B (https://a.example)',
    );
  });

  test('is not driven by an answer: escape sequences are taken out', () => {
    const text = '\u001b]0;title\u0007\u001b[2Jclear\r\u009b31m\n\tdone';
    expect(messageText({ ...message, text }, nameOf)).toBe(']0;title[2Jclear31m\n\tdone');
  });

  test('sees text that only ever grows while it streams', () => {
    const whole = 'a &lt; b &amp; <https://a.example|A> end';
    const seen = [...whole].map((_, index) =>
      messageText({ ...message, text: whole.slice(0, index + 1), stream: open }, nameOf),
    );
    for (const [index, text] of seen.entries()) expect(text.startsWith(seen[index - 1] ?? '')).toBe(true);
    expect(seen.at(-1)).toBe('a < b & A (https://a.example) end');
  });
});

describe('traces', () => {
  const run = { traceId: 't1', runType: 'chain', startTime: 1_000, endTime: 3_000, inputs: {}, metadata: {} };

  test('are trees in the order of their start, whatever order the runs came in', () => {
    const runs = [
      {
        ...run,
        id: 'llm',
        name: 'call_anthropic',
        parentRunId: 'generate',
        startTime: 1_300,
        tokens: { input: 9, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteForHour: 0 },
      },
      {
        ...run,
        id: 'generate',
        name: 'generate_response',
        parentRunId: 't1',
        startTime: 1_200,
        endTime: undefined,
      },
      { ...run, id: 't1', name: 'langsmith_rag' },
      {
        ...run,
        id: 'retrieve',
        name: 'retrieve_documents',
        parentRunId: 't1',
        startTime: 1_100,
        error: 'down',
      },
      { ...run, id: 't0', traceId: 't0', name: 'langsmith_rag', startTime: 500 },
    ];
    const [first, second] = traceViews(runs, (runId) => [{ runId, key: 'user_score', score: 1 }]);
    expect(first?.runId).toBe('t0');
    expect(first?.feedback).toEqual([{ runId: 't0', key: 'user_score', score: 1 }]);
    expect(second?.runs.map(({ id, depth, offset, duration }) => [id, depth, offset, duration])).toEqual([
      ['t1', 0, 0, 2_000],
      ['retrieve', 1, 100, 1_900],
      ['generate', 1, 200, undefined],
      ['llm', 2, 300, 1_700],
    ]);
    expect(second?.runs.map(({ tokens }) => tokens)).toEqual([
      undefined,
      undefined,
      undefined,
      expect.objectContaining({ input: 9, output: 0 }),
    ]);
  });

  test('show a child that came before its parent, and never loop', () => {
    const orphan = { ...run, id: 'a', name: 'a', parentRunId: 'not-here' };
    expect(traceViews([orphan], () => [])[0]?.runs).toMatchObject([{ id: 'a', depth: 0 }]);
    const [left, right] = [
      { ...run, id: 'x', name: 'x', parentRunId: 'y' },
      { ...run, id: 'y', name: 'y', parentRunId: 'x' },
    ];
    expect(traceViews([left, right], () => [])[0]?.runs).toEqual([]);
  });
});
