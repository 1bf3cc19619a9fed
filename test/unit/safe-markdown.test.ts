import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Passage } from '../../src/rag/passage.js';
import { SafeMarkdown } from '../../src/slack/firewall/safe-markdown.js';
import { SourceLinks } from '../../src/slack/firewall/source-links.js';
import { HOSTILE, inDeltas, JOINER, SECRETS, shownText, survivors } from '../support/hostile-text.js';

const passage: Passage = {
  id: '1',
  documentId: 'd',
  title: 'Billing',
  headings: [],
  url: 'https://docs.acme.io/billing?a=1&b=2#refunds',
  text: 'See https://status.acme.io/now, or (https://docs.acme.io/plans). Ask at help.acme.io.',
  source: 's',
  score: 1,
};

function links(): SourceLinks {
  const allowed = new SourceLinks();
  allowed.add([passage]);
  return allowed;
}

function write(deltas: readonly string[]): string {
  const safe = new SafeMarkdown(links());
  return deltas.map((delta) => safe.write(delta)).join('') + safe.end();
}

const J = JOINER;

describe('SafeMarkdown', () => {
  test.each([
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['> quoted\n>> twice', '> quoted\n>> twice'],
    ['<!channel> <@U1> <!subteam^S1|ops>', '&lt;!channel&gt; &lt;@U1&gt; &lt;!subteam^S1|ops&gt;'],
    ['@channel @Here @everyone', `@${J}channel @${J}Here @${J}everyone`],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    // Addresses of the sources.
    [
      '[Refunds](https://docs.acme.io/billing?a=1&b=2#refunds)',
      '[Refunds](https://docs.acme.io/billing?a=1&b=2#refunds)',
    ],
    ['see https://status.acme.io/now.', 'see https://status.acme.io/now.'],
    ['see **https://docs.acme.io/plans**, docs.acme.io', 'see **https://docs.acme.io/plans**, docs.acme.io'],
    ['<https://status.acme.io/now>', 'https://status.acme.io/now'],
    ['help.acme.io', 'help.acme.io'],
    // Others.
    ['[here](https://evil.com/x "title")', `here (https:${J}//evil.${J}com/x)`],
    ['[https://docs.acme.io](https://evil.com)', `https://docs.acme.io (https:${J}//evil.${J}com)`],
    ['https://evil.com/?q=a&b', `https:${J}//evil.${J}com/?q=a&amp;b`],
    ['https://docs.acme.io@evil.com/', `https:${J}//docs.${J}acme.${J}io@evil.${J}com/`],
    ['https://docs.acme.io.evil.com', `https:${J}//docs.${J}acme.${J}io.${J}evil.${J}com`],
    ['https://docs.acme.io/plans[@evil.com', `https:${J}//docs.${J}acme.${J}io/plans[@evil.${J}com`],
    ['evil.com/x and me@evil.com', `evil.${J}com/x and me@evil.${J}com`],
    ['<https://evil.com|docs>', `&lt;https:${J}//evil.${J}com|docs&gt;`],
    ['<a href="https://evil.com">x</a>', `&lt;a href="https:${J}//evil.${J}com"&gt;x&lt;/a&gt;`],
    ['[x](javascript:alert(1))', 'x (javascript:alert(1))'],
    ['[x](data:text/html,hi) [y](//evil.com)', `x (data:text/html,hi) y (//evil.${J}com)`],
    ['![chart](https://docs.acme.io/plans)', '[chart](https://docs.acme.io/plans)'],
    ['![](https://evil.com/p.png?d=1)', 'image'],
    ['[x][1]\n\n[1]: https://evil.com', `[x]${J}[1]\n\n[1]${J}: https:${J}//evil.${J}com`],
    ['evil\\.com', `evil\\.${J}com`],
    // Not addresses.
    ['e.g. 3.5 GB, v1.2.3, "and so on." Then', 'e.g. 3.5 GB, v1.2.3, "and so on." Then'],
    ['- [ ] todo [1] [2, 3]', '- [ ] todo [1] [2, 3]'],
    // Code keeps what is copied from it.
    ['`a[i](b) && x.y < 3`', '`a[i](b) &amp;&amp; x.y &lt; 3`'],
    [
      '```js\nrun(a.b[i](c), "README.md") // http://localhost:3000/x\n```\nREADME.md',
      `\`\`\`js\nrun(a.b[i](c), "README.md") // http://localhost:3000/x\n\`\`\`\nREADME.${J}md`,
    ],
    ['```\ncurl https://evil.com\n```', `\`\`\`\ncurl https:${J}//evil.${J}com\n\`\`\``],
    ['`one\nevil.com`', `\`one\nevil.${J}com\``],
    ['> ```\n> a.b\nevil.com', `> \`\`\`\n> a.b\nevil.${J}com`],
    // Secrets.
    [`token ${SECRETS[0]}.`, 'token [secret removed]'],
    ['risk-management-system-2-overview sk-learn', 'risk-management-system-2-overview sk-learn'],
    [
      'The file begins with `-----BEGIN PRIVATE KEY-----` and so on',
      'The file begins with `[secret removed]` and so on',
    ],
  ])('%s', (text, safe) => {
    expect(write([text])).toBe(safe);
    expect(write([...text])).toBe(safe);
  });

  test.each(SECRETS)('masks %s', (secret) => {
    for (const text of [
      secret,
      `"${secret}"`,
      `\`${secret}\``,
      `\`\`\`\nkey=${secret}\n\`\`\``,
      `[${secret}](x)`,
    ]) {
      const whole = write([text]);
      expect(whole).toContain('[secret removed]');
      expect(survivors(whole)).toEqual([]);
      expect(write([...text])).toBe(whole);
    }
  });

  test.each([
    'トークンは',
    'キーは',
    '_',
    '__',
    '-',
    '\\-',
    'é',
    'A\\n',
    'gh',
    'xoxo',
    `${SECRETS[0]}`,
    'https://evil.com/?t=',
    'https://docs.acme.io/plans?t=',
    'https://evil.com/%3D',
    'https://x.',
  ])('masks secrets directly after %s', (before) => {
    for (const secret of SECRETS) {
      // A bare "sk-" directly after a letter ends a word such as "task-".
      if (/^(?:gh|xoxo)$/.test(before) && secret.startsWith('sk-proj-')) continue;
      for (const text of [
        `${before}${secret}です`,
        `\`${before}${secret}\``,
        `\`\`\`\n${before}${secret}\n\`\`\``,
      ]) {
        const whole = write([text]);
        expect(whole).toContain('[secret removed]');
        expect(survivors(whole).filter((pattern) => !pattern.includes('evil'))).toEqual([]);
        expect(write([...text])).toBe(whole);
      }
    }
  });

  test('words that only look like the start of a secret are shown', () => {
    const text = 'task-management-system-2-overview, Asia-Pacific, highp_x, risk-2 and gas-xox, ------BEGIN';
    expect(write([text])).toBe(text);
    expect(write([...text])).toBe(text);
  });

  test('many starts of secrets in one word are read in linear time', () => {
    for (const start of ['sk-', 'sk-ant-', 'xoxb', 'lsv2_', 'ghp_', '-----BEGIN', 'AKIA_']) {
      const began = performance.now();
      write([`${start.repeat(100_000 / start.length)} `]);
      expect(performance.now() - began).toBeLessThan(5_000);
    }
  }, 30_000);

  test('an address with an exclamation mark hides no picture', () => {
    expect(survivors(write(['a.aa![x](https://evil.com/p.png)']))).toEqual([]);
    expect(survivors(write(['see https://evil.com!![']))).toEqual([]);
  });

  test('nothing hostile survives, nothing is lost and it is the same wherever the text is cut', () => {
    const prose = fc.stringMatching(/^[a-z .,\n*#>_|-]{0,30}$/);
    const piece = fc.oneof(
      prose,
      fc.constantFrom(...HOSTILE.map((text) => ` ${text} `)),
      fc
        .tuple(
          fc.constantFrom('トークンは', '_', '__', '-', '"A\\n', 'é', 'TOKEN', 'https://evil.com/?t='),
          fc.constantFrom(...SECRETS),
        )
        // A bare "sk-" directly after a letter ends a word such as "task-".
        .filter(([before, secret]) => !(before === 'TOKEN' && secret.startsWith('sk-proj-')))
        .map(([before, secret]) => ` ${before}${secret} `),
      fc.constantFrom('\n```js\n', '\n```\n', '`', '[', '](', ')', '![', '<', '\\', '\n\n'),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (pieces, sizes) => {
          const text = pieces.join('');
          const whole = write([text]);
          expect(survivors(whole)).toEqual([]);
          expect(write(inDeltas(text, sizes))).toBe(whole);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('prose and code arrive as they were written', () => {
    const word = fc.stringMatching(/^[a-zäß0-9,;()'"&*_#|🧵-]{1,12}$/u);
    const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (written, sizes) => {
        expect(shownText(write(inDeltas(written, sizes)))).toBe(written);
      }),
    );
  });
});
