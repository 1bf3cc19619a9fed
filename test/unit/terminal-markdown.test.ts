import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTerminalMarkdown } from '../../src/playground/terminal/terminal-markdown.js';
import { terminalStyle } from '../../src/playground/terminal/terminal-style.js';

function shown(text: string, { colour = false, pieces = [text] } = {}): string {
  const markdown = createTerminalMarkdown(terminalStyle(colour));
  const all = pieces.map((piece) => markdown.write(piece)).join('') + markdown.end();
  return all.replaceAll('\u001b', 'ESC');
}

describe('Markdown in the terminal', () => {
  test.each([
    ['**Run** it', 'Run it'],
    ['*Sources*\n[1] Start', 'Sources\n[1] Start'],
    ['- one\n  - two\n* three', '• one\n  • two\n• three'],
    ['1. one\n2. two', '1. one\n2. two'],
    ['## Start\nhere', 'Start\nhere'],
    ['> quoted', '│ quoted'],
    ['see [the docs](https://a.example/x) [1]', 'see the docs (https://a.example/x) [1]'],
    ['run `npm start -- **/*.md`', 'run `npm start -- **/*.md`'],
    ['```sh\nnpm start # **not bold**\n```\nend', '  npm start # **not bold**\nend'],
    ['2 * 3 * 4, a*b*c, snake_case', '2 * 3 * 4, a*b*c, snake_case'],
    ['array[0] and [open', 'array[0] and [open'],
    ['**never closed\nnext', 'never closed\nnext'],
  ])('%j', (markdown, text) => {
    expect(shown(markdown)).toBe(text);
  });

  test('is set apart where there is colour, and always set back', () => {
    expect(shown('**Run** `npm`', { colour: true })).toBe('ESC[1mRunESC[22m ESC[33mnpmESC[39m');
    expect(shown('# Start\n**open', { colour: true })).toBe('ESC[1mStartESC[22m\nESC[1mopenESC[22m');
  });

  test('reads the same in whatever pieces it comes', () => {
    const text =
      '# A **title**\n\n- [one](https://a.example) *two* `three`\n```\n**code**\n```\n2 * 3 [1].\n';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.sort((left, right) => left - right), text.length];
        const pieces = at.map((start, index) => text.slice(start, at[index + 1]));
        expect(shown(text, { colour: true, pieces })).toBe(shown(text, { colour: true }));
      }),
    );
  });
});
