import { describe, expect, it } from 'vitest';
import { maskFields, maskValues, remembering } from '../../src/tracing/mask-values.js';

/** Counts how often it had to look. */
function counting(mask = (text: string) => text.replaceAll('x', '[x]')) {
  const seen: string[] = [];
  const remembered = remembering((text) => {
    seen.push(text);
    return mask(text);
  });
  return { remembered, seen };
}

describe('what a text was masked to', () => {
  it('is remembered', () => {
    const { remembered, seen } = counting();
    expect([remembered('axb'), remembered('axb'), remembered('c'), remembered('c')]).toEqual([
      ...['a[x]b', 'a[x]b', 'c', 'c'],
    ]);
    expect(seen).toEqual(['axb', 'c']);
  });

  it('is remembered of a long message, and not of one that would take the place of many', () => {
    const { remembered, seen } = counting();
    for (const size of [100_000, 300_000]) {
      const text = 'a'.repeat(size);
      expect(remembered(text)).toBe(remembered(text));
    }
    expect(seen.map(({ length }) => length)).toEqual([100_000, 300_000, 300_000]);
  });

  it('is forgotten, the oldest first, where texts and masked texts together grow too large', () => {
    const { remembered, seen } = counting((text) => `${text}!`);
    const texts = Array.from({ length: 30 }, (_, index) => `${index}`.padStart(100_000, '.'));
    for (const text of texts) remembered(text);
    seen.length = 0;
    // 4,000,000 characters: 19 texts with what became of each.
    for (const text of texts.slice(11)) remembered(text);
    expect(seen).toEqual([]);
    remembered(texts[10] ?? '');
    expect(seen).toHaveLength(1);
  });
});

describe('a value', () => {
  const mask = (text: string) => text.replaceAll('x', '[x]');

  it('is masked wherever it holds a text, keys aside', () => {
    const value = { x: 'x', list: ['a', 'x', 1, null], deep: { x: { x: 'ax' } }, when: new Date(0) };
    expect(maskFields(value, mask)).toEqual({
      x: '[x]',
      list: ['a', '[x]', 1, null],
      deep: { x: { x: 'a[x]' } },
      when: '1970-01-01T00:00:00.000Z',
    });
    expect(value.x).toBe('x');
  });

  it('is the same one where there is nothing to mask', () => {
    const value = { list: ['a', { b: 'c' }], none: undefined };
    expect(maskValues(value, mask)).toBe(value);
  });
});
