import { describe, expect, test } from 'vitest';
import { parseFeedback } from '../../src/slack/delivery/blocks.js';
import { splitMarkdown } from '../../src/slack/delivery/split-markdown.js';
import { questionIn } from '../../src/slack/intake/question.js';
import { readableText } from '../../src/slack/reading/readable-text.js';

describe('readableText', () => {
  test.each([
    ['a &lt;b&gt; &amp; c', 'a <b> & c'],
    ['see <https://example.com/a?b=1&amp;c=2>', 'see https://example.com/a?b=1&c=2'],
    ['see <https://example.com|the docs>', 'see [the docs](https://example.com)'],
    ['<mailto:a@example.com|a@example.com>', 'a@example.com'],
    ['<@U123> and <@U456|ada>', '@U123 and @ada'],
    ['<#C123|general> <#C9>', '#general #C9'],
    ['<!here> <!subteam^S1|@ops> <!date^1392734382^{date}|18 Feb>', '@here @ops 18 Feb'],
    ['&amp;lt;', '&lt;'],
    ['1 < 2', '1 < 2'],
  ])('%s', (mrkdwn, text) => {
    expect(readableText(mrkdwn)).toBe(text);
  });
});

describe('splitMarkdown', () => {
  function partsOf(text: string, maxBytes: number): string[] {
    const parts: string[] = [];
    for (let before = '', rest = text; ; ) {
      const cut = splitMarkdown(before, rest, maxBytes);
      parts.push(before + cut.head + cut.close);
      if (cut.rest === '') return parts;
      before = cut.reopen;
      rest = cut.rest;
    }
  }

  test('loses nothing and keeps within the limit, also for characters of four bytes', () => {
    const text = `${'A sentence. Another one.\n\n'.repeat(50)}${'🧵'.repeat(500)}${'x'.repeat(900)}`;
    const parts = partsOf(text, 300);
    expect(parts.join('')).toBe(text);
    for (const part of parts) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(300);
      expect(Buffer.from(part).toString()).toBe(part);
    }
    expect(parts[0]?.endsWith('\n\n')).toBe(true);
  });

  test.each([
    [
      'a code block, with its language',
      `\`\`\`ts\n${'one();\n'.repeat(90)}\`\`\`\n`,
      /^```ts\none\(\);\n/,
      /\n```$/,
    ],
    [
      'a table, with its header',
      `| a | b |\n|---|---|\n${'| 1 | 2 |\n'.repeat(40)}`,
      /^\| a \| b \|\n\|---\|---\|\n\| 1/,
      /2 \|\n$/,
    ],
    [
      'a nested item, under those above it',
      `3. three\n${'   - under it\n'.repeat(40)}`,
      /^3\. …\n {3}- under it\n/,
      /it\n$/,
    ],
  ])('goes on with %s', (_name, text, begins, ends) => {
    const parts = partsOf(text, 300);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(1)) expect(part).toMatch(begins);
    for (const part of parts.slice(0, -1)) expect(part).toMatch(ends);
  });

  test('ends before a code block or a table rather than within', () => {
    const [first] = partsOf(`${'Words. '.repeat(25)}\n\n\`\`\`\n${'code\n'.repeat(30)}\`\`\`\n`, 300);
    expect(first).toMatch(/Words\. \n\n$/);
  });
});

describe('questionIn', () => {
  const mention = { type: 'app_mention', channel: 'C1', ts: '1.1', user: 'U1', text: '<@UBOT> how?' };

  test('names the tenant by the installation, not by the author', () => {
    const body = (fields: object) => ({
      team_id: 'TAUTHOR',
      event: { ...mention, team: 'TAUTHOR' },
      ...fields,
    });
    expect(questionIn(body({ context_team_id: 'TOWN' }), 'UBOT')?.key.tenantId).toBe('TOWN');
    expect(questionIn(body({ authorizations: [{ team_id: 'TOWN' }] }), 'UBOT')?.key.tenantId).toBe('TOWN');
    const org = {
      context_team_id: 'TOWN',
      authorizations: [{ enterprise_id: 'E1', is_enterprise_install: true }],
    };
    expect(questionIn(body(org), 'UBOT')?.key.tenantId).toBe('E1');
  });

  test('takes the mention out, wherever it stands, and keeps the lines', () => {
    const event = { ...mention, text: 'hey <@UBOT|threadsmith>, how\n  do I <https://a.example|this>?' };
    expect(questionIn({ team_id: 'T1', event }, 'UBOT')?.text).toBe(
      'hey, how\n  do I [this](https://a.example)?',
    );
  });

  test.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { event: null },
    { event: [] },
    { team_id: 'T', event: { type: 'message' } },
  ])('finds none in %j', (body) => {
    expect(questionIn(body, 'UBOT')).toBeUndefined();
  });
});

test('a feedback value that is not ours is none', () => {
  expect(parseFeedback('1:018bcfe5-687b-7db3-b089-cf0d3d8efcbb')).toEqual({
    score: 1,
    runId: '018bcfe5-687b-7db3-b089-cf0d3d8efcbb',
  });
  for (const value of [undefined, '', '2:018bcfe5-687b-7db3-b089-cf0d3d8efcbb', '1:x', 'yes']) {
    expect(parseFeedback(value)).toBeUndefined();
  }
});
