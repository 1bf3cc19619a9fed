import { describe, expect, test } from 'vitest';
import { CitationMarkers, type MarkedPiece } from '../../src/rag/citation-markers.js';

/** Markers are written as «1,2», so that what stayed text can be seen. */
function read(deltas: readonly string[]): string {
  const markers = new CitationMarkers();
  const pieces = [...deltas.flatMap((delta) => markers.write(delta)), ...markers.flush()];
  return pieces.map(asText).join('');
}
const asText = (piece: MarkedPiece) => (typeof piece === 'string' ? piece : `«${piece.join(',')}»`);

const CASES: readonly (readonly [what: string, text: string, expected: string])[] = [
  ['behind a statement', 'Ten days [2]. Then none [1].', 'Ten days«2». Then none«1».'],
  ['without a space', 'Ten days[2].', 'Ten days«2».'],
  ['several', 'Ten days [1][3], or [1, 2] more.', 'Ten days«1»«3», or«1,2» more.'],
  ['at the end of a line', 'Ten days [1]\n\nNext [2]\n', 'Ten days«1»\n\nNext«2»\n'],
  ['before a colon', 'As follows [1]:\n- one', 'As follows«1»:\n- one'],
  ['the other marker', 'Ten days [Not found] or so.', 'Ten days«» or so.'],
  ['in inline code', 'Use `rows[1]` and ``a`[2]``.', 'Use `rows[1]` and ``a`[2]``.'],
  [
    'in a fence',
    '```js\nlet x = rows [1];\n`a` [2]\n```\nSee [3].',
    '```js\nlet x = rows [1];\n`a` [2]\n```\nSee«3».',
  ],
  ['in another fence', '~~~\nrows [1]\n~~~\n~~no~~ [2]', '~~~\nrows [1]\n~~~\n~~no~~«2»'],
  ['behind a stray backtick', 'A ` here.\n\nSee [1].', 'A ` here.\n\nSee«1».'],
  ['of a link', 'See [1](https://x.test/a[2]) and [2] too.', 'See [1](https://x.test/a[2]) and«2» too.'],
  ['in a link’s text', 'See [part 1](https://x.test/1).', 'See [part 1](https://x.test/1).'],
  [
    'of reference links',
    'See [the guide][1].\n[1]: https://x.test',
    'See [the guide][1].\n[1]: https://x.test',
  ],
  [
    'of an array in prose',
    'Set process.argv[1], maxArgs[2] or list[0].',
    'Set process.argv[1], maxArgs[2] or list[0].',
  ],
  ['an index with a member', 'Set args[1].name or args[1](x).', 'Set args[1].name or args[1](x).'],
  ['footnotes, years and notes', 'So[^1] in [2024] [Note 1] [x].', 'So[^1] in [2024] [Note 1] [x].'],
];

describe('citation markers', () => {
  test.each(CASES)('%s', (_what, text, expected) => {
    expect(read([text])).toBe(expected);
  });

  test.each(CASES)('%s, wherever the deltas are cut', (_what, text, expected) => {
    expect(read([...text])).toBe(expected);
    for (let cut = 1; cut < text.length; cut++)
      expect(read([text.slice(0, cut), text.slice(cut)]), `cut at ${cut}`).toBe(expected);
    for (let size = 2; size < 9; size++) {
      const deltas = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(read(deltas), `in pieces of ${size}`).toBe(expected);
    }
  });

  test('hold back no more than what may be one', () => {
    const markers = new CitationMarkers();
    expect(markers.write('Within')).toEqual(['Within']);
    expect(markers.write(' ten days [')).toEqual([' ten days']);
    expect(markers.write('or so')).toEqual([' [or so']);
    expect(markers.write(' [1')).toEqual([]);
    expect(markers.write(']')).toEqual([]);
    expect(markers.write('.')).toEqual([[1], '.']);
  });
});
