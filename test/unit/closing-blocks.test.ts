import { describe, expect, test } from 'vitest';
import type { Passage } from '../../src/rag/passage.js';
import { closingBlocks } from '../../src/slack/delivery/blocks.js';

const passage = (more: Partial<Passage> = {}): Passage => ({
  id: 'p',
  documentId: 'd',
  title: 'Travel',
  headings: ['Booking', 'Trains'],
  text: 'By train.',
  source: 'handbook',
  score: 1,
  ...more,
});
const texts = (...given: Parameters<typeof closingBlocks>) =>
  closingBlocks(...given).flatMap((block) => (block.type === 'section' ? [block.text?.text] : []));

describe('what follows an answer', () => {
  test('are its sources: title, headings, link and age as a date that the reader’s Slack writes', () => {
    const cited = passage({ url: 'https://docs.test/travel?a=1&b=2', updatedAt: '2026-10-02T08:00:00.000Z' });
    expect(texts([{ number: 1, passage: cited }], 'run')).toEqual([
      '*Sources*\n[1] <https://docs.test/travel?a=1&amp;b=2|Travel › Booking › Trains> (updated <!date^1790928000^{date_short_pretty}|2026-10-02>)',
    ]);
    expect(texts([{ number: 1, passage: passage({ updatedAt: 'long ago' }) }], 'run')).toEqual([
      '*Sources*\n[1] Travel › Booking › Trains',
    ]);
  });

  test('are the nearest documents and whom to ask instead, who is not paged', () => {
    const where = {
      nearest: [passage({ title: 'A <b> & c' })],
      askInstead: ['#people-ops', '@here <!channel>'],
    };
    expect(texts([], 'run', where)).toEqual([
      '*Nearest documents*\n• A &lt;b&gt; &amp; c',
      'Ask instead: #people-ops, @\u2060here &lt;!channel&gt;',
    ]);
    expect(texts([], 'run', {})).toEqual([]);
  });

  test('fits into a section, whole lines only', () => {
    const long = passage({ title: '&'.repeat(400), url: `https://docs.test/${'x'.repeat(300)}` });
    const [text] = texts(
      Array.from({ length: 20 }, (_, index) => ({ number: index + 1, passage: long })),
      'run',
    );
    expect(text?.length).toBeLessThanOrEqual(3_000);
    for (const line of text?.split('\n').slice(1) ?? [])
      expect(line).toMatch(/^\[\d+\] <https:.*(?:&amp;)+>$/);
  });
});
