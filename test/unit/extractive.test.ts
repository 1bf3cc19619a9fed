import { expect, test } from 'vitest';
import { createExtractive } from '../../src/models/extractive.js';
import type { Passage } from '../../src/rag/passage.js';
import { CitationPlacer } from '../../src/slack/delivery/citation-placer.js';

const passage = (text: string): Passage => ({
  ...{ id: '1', documentId: '1', title: 'Settings', headings: [], source: 'docs', score: 1 },
  text,
});

/** As it stands in Slack. */
async function quoted(text: string): Promise<string> {
  const placer = new CitationPlacer();
  let out = '';
  const { signal } = new AbortController();
  const asked = { question: 'which settings?', askedAt: 0, system: '', turns: [], signal };
  const request = { ...asked, passages: [passage(text)] };
  for await (const event of createExtractive({ label: 'Quotes' })(request)) {
    if (event.type === 'text') out += placer.write(event.text);
    if (event.type === 'citation') out += placer.cite(event.passage + 1);
  }
  return out + placer.end();
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, row) => `| setting ${row} | What it does. And more of it. |`).join('\n');

test('a table that is too long ends with a whole row, and the citation stands below it, where it is seen', async () => {
  const answer = await quoted(`| Settings | |\n|---|---|\n${rows(30)}`);
  expect(answer).toMatch(/\n> \| setting \d+ \| What it does\. And more of it\. \|\n> \n> … \[1\]$/);
});

test('a table that fits has the citation in its last row', async () => {
  expect(await quoted(`| Settings | |\n|---|---|\n${rows(2)}`)).toMatch(/And more of it\. \[1\] \|$/);
});

test('prose that is too long ends with a sentence', async () => {
  expect(await quoted('Settings say what to do. '.repeat(60))).toMatch(/say what to do\.… \[1\]$/);
});
