import { expect, it } from 'vitest';
import type { Gap } from '../../src/knowledge/gaps/gap.js';
import { gapGroups } from '../../src/knowledge/gaps/gap-groups.js';
import { type GapReport, gapMarkdown } from '../../src/knowledge/gaps/gap-markdown.js';

const gap = (question: string, more: Partial<Gap> = {}): Gap => ({
  ...{ question, askedAt: Date.UTC(2026, 10, 20), user: 'U1', notFound: true, downvotes: 0, reasons: [] },
  ...{ corrections: [], nearest: [], slackUrl: 'https://a.slack.com/p1', traceUrl: 'https://smith/r/1' },
  ...more,
});
const report = (gaps: readonly Gap[], more: Partial<GapReport> = {}): GapReport => ({
  ...{ days: 7, groups: gapGroups(gaps), unrecorded: 0, withheld: 0, leftOut: 0 },
  ...more,
});

it('says of each group how often, by whom, why and when', () => {
  const gaps = [
    gap('how do I reset my password?'),
    gap('reset the password', {
      ...{ user: 'U2', notFound: false, downvotes: 2, reasons: ['outdated', 'outdated'] },
      nearest: [{ title: 'Accounts', url: 'https://docs/accounts' }, { title: 'notes.md' }],
      ...{ askedAt: Date.UTC(2026, 10, 21), corrections: ['Ask IT.'] },
    }),
    gap('is lunch free?', { slackUrl: undefined, user: undefined }),
  ];
  expect(gapMarkdown(report(gaps))).toBe(`# Knowledge gaps of the last 7 days

3 questions in 2 groups: 2 that the documents did not answer, 1 whose answer was voted down.

## 1. how do I reset my password?

asked 2× by 2 people · not answered 1× · 👎 2× (outdated 2×) · last on 2026-11-21

- how do I reset my password? · 2026-11-20 · [Slack](https://a.slack.com/p1) · [LangSmith](https://smith/r/1)
- reset the password · 2026-11-21 · [Slack](https://a.slack.com/p1) · [LangSmith](https://smith/r/1)

Nearest documents: [Accounts](https://docs/accounts), notes.md

> Should have been: Ask IT.

## 2. is lunch free?

asked 1× by one person · not answered 1× · last on 2026-11-20

- is lunch free? · 2026-11-20 · [LangSmith](https://smith/r/1)

No document came near.
`);
});

it('shows what people wrote as text, in one line, however long', () => {
  const hostile = `# Title\n\n[click](https://evil.example) ![x](https://evil.example/x.png) <img> \`code\` ${'a'.repeat(500)}`;
  const markdown = gapMarkdown(
    report([gap(hostile, { corrections: ['- [ok](https://evil.example)\n> x'] })]),
  );
  expect(markdown).not.toMatch(/(?<!\\)\[(click|ok)/);
  expect(markdown).not.toMatch(/^# Title/m);
  expect(Math.max(...markdown.split('\n').map((line) => line.length))).toBeLessThan(420);
});

it('counts what it does not show', () => {
  const gaps = ['alpha', 'beta', 'gamma'].map((question) => gap(question));
  const markdown = gapMarkdown(report(gaps, { withheld: 2, unrecorded: 3, leftOut: 4 }), { mostGroups: 1 });
  expect(markdown.split('\n\n## ')).toHaveLength(2);
  for (const note of [
    '2 smaller groups',
    '2 more were asked in private',
    '3 more have no text',
    '4 older ones',
  ])
    expect(markdown).toContain(note);
  const same = Array.from({ length: 8 }, () => gap('the same'));
  expect(gapMarkdown(report(same))).toContain('- and 3 more');
});

it('says so when there is nothing', () => {
  expect(gapMarkdown(report([], { days: 1 }))).toContain('Every question of the last day was answered');
});
