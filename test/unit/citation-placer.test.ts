import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CitationPlacer } from '../../src/slack/delivery/citation-placer.js';

type Written = string | number;

function placed(pieces: readonly Written[]): string {
  const placer = new CitationPlacer();
  const out = pieces.map((each) => (typeof each === 'string' ? placer.write(each) : placer.cite(each)));
  return out.join('') + placer.end();
}

const CASES: readonly (readonly [string, readonly Written[], string])[] = [
  ['a sentence', ['Ten days.', 1, 2, ' And the card.', 3], 'Ten days. [1] [2] And the card. [3]'],
  ['a code block', ['```sh\nrun\n```', 1, '\n\nThen wait.', 2], '```sh\nrun\n```\n\n[1]\n\nThen wait. [2]'],
  ['a code block without a break', ['```\nrun\n```', 1, 'Then'], '```\nrun\n```\n\n[1]\n\nThen'],
  ['a code block at the end', ['```\nrun\n```', 1], '```\nrun\n```\n\n[1]'],
  ['an open code block', ['```\nrun', 1, '\nmore\n```\nDone.'], '```\nrun\nmore\n```\n\n[1]\n\nDone.'],
  ['a code block that stays open', ['```\nrun', 1], '```\nrun\n```\n\n[1]'],
  [
    'a code block in an item',
    ['- a\n  ```\n  x\n  ```', 1, '\n- b'],
    '- a\n  ```\n  x\n  ```\n\n  [1]\n\n- b',
  ],
  ['a row', ['| a |\n|---|\n| 10 |', 1, '\n| b |', 2, '\n'], '| a |\n|---|\n| 10 [1] |\n| b [2] |\n'],
  ['the line below a header', ['| a |\n|---|', 1, '\n| b |'], '| a [1] |\n|---|\n| b |'],
  ['an item and its line break', ['- ten days\n', 1, '- card\n', 2], '- ten days [1]\n- card [2]\n'],
  ['the mark of the next item', ['- ten days\n- ', 1, 'card'], '- ten days [1]\n- card'],
  ['half the mark of an item', ['1. a\n2', 1, '. b\n'], '1. a\n2. b [1]\n'],
  ['a figure alone', ['It is:\n\n42', 1, '\n\nSo.'], 'It is:\n\n42 [1]\n\nSo.'],
  ['a figure at the end', ['It is:\n\n42', 1], 'It is:\n\n42 [1]'],
  ['nothing yet', [1, 'Ten days.\n'], 'Ten days. [1]\n'],
];

describe('CitationPlacer', () => {
  test.each(CASES)('behind %s', (_name, pieces, expected) => {
    expect(placed(pieces)).toBe(expected);
  });

  test('without citations the text is what it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'ab1.|-`~> \n\\') })), (pieces) => {
        expect(placed(pieces)).toBe(pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('citations anywhere change no code block, table or list, and lose no text', () => {
    const words = fc.constantFrom('ten days', 'the card', 'a `b` c', '**bold**', '42');
    const lines = (line: fc.Arbitrary<string>) =>
      fc.array(line, { minLength: 1, maxLength: 3 }).map((each) => each.join('\n'));
    const code = fc
      .tuple(
        fc.constantFrom('```', '````', '~~~'),
        fc.constantFrom('', 'sh'),
        lines(fc.constantFrom('run', '', '| x |', '- y')),
      )
      .map(([ticks, info, body]) => `${ticks}${info}\n${body}\n${ticks}`);
    const table = lines(words.chain((a) => words.map((b) => `| ${a} | ${b} |`))).map(
      (rows) => `| h | i |\n|---|:-:|\n${rows}`,
    );
    const list = lines(words.map((word) => `- ${word}`));
    const numbered = lines(words.map((word) => `1. ${word}`));
    const block = fc.oneof(
      words,
      code,
      table,
      list,
      numbered,
      words.map((word) => `## ${word}`),
    );
    const markdown = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => blocks.join('\n\n'));
    const places = fc.array(fc.nat(400), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(markdown, places, (text, at) => {
        const cuts = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
        const pieces = cuts.flatMap((cut, index): Written[] => [text.slice(cuts[index - 1] ?? 0, cut), 9]);
        const out = placed([...pieces, text.slice(cuts.at(-1) ?? 0)]);
        expect(out.match(/\[9\]/g)).toHaveLength(cuts.length);
        expect(shapeOf(out)).toEqual(shapeOf(text));
      }),
      { numRuns: 500 },
    );
  });
});

/** The lines with their words, without the numbers and the paragraphs that hold nothing else. */
function shapeOf(markdown: string): string[] {
  return markdown
    .split('\n')
    .map((line) => line.replace(/ ?\[9\]/g, '').trimEnd())
    .filter((line) => line !== '');
}
