import { describe, expect, test } from 'vitest';
import { parseFeedback } from '../../src/slack/blocks.js';
import { questionIn } from '../../src/slack/question.js';
import { readableText } from '../../src/slack/readable-text.js';
import { SafeMarkdown } from '../../src/slack/safe-markdown.js';
import { splitText } from '../../src/slack/split-text.js';

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

describe('SafeMarkdown', () => {
  const hostile =
    '<!channel> <@U1> <!subteam^S1> @channel @here @everyone, me@here.example &amp; a > b\n> quoted\n @CHANNEL';

  test('lets nothing through that pages people, wherever the text is cut', () => {
    const whole = write([hostile]);
    expect(whole).not.toMatch(/<|@(channel|here|everyone)\b/i);
    expect(whole).toContain('\n> quoted');
    for (let cut = 1; cut < hostile.length; cut += 1) {
      expect(write([hostile.slice(0, cut), hostile.slice(cut)])).toBe(whole);
    }
    expect(write([...hostile])).toBe(whole);
  });

  function write(deltas: readonly string[]): string {
    const safe = new SafeMarkdown();
    return deltas.map((delta) => safe.write(delta)).join('') + safe.end();
  }
});

describe('splitText', () => {
  test('loses nothing and keeps within the limit, also for characters of four bytes', () => {
    const text = 'A sentence. Another one.\n\n'.repeat(50) + '🧵'.repeat(500) + 'x'.repeat(900);
    const parts: string[] = [];
    for (let rest = text; rest; ) {
      const [head, tail] = splitText(rest, 300);
      parts.push(head);
      rest = tail;
    }
    expect(parts.join('')).toBe(text);
    for (const part of parts) {
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(300);
      expect(Buffer.from(part).toString()).toBe(part);
    }
    expect(parts[0]?.endsWith('\n\n')).toBe(true);
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
      'hey , how\n do I [this](https://a.example)?',
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
