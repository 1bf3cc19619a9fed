import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.js';
import { recordingStream as recording } from '../support/recording-stream.js';

describe('progress', () => {
  it('on a terminal is a bar with rate and time left, drawn over itself and taken off for other lines', () => {
    const terminal = recording({ isTTY: true, columns: 100 });
    const progress = createProgress(terminal.stream, () => terminal.at);
    for (let done = 1; done <= 400; done++) {
      terminal.at += 10;
      progress.update('handbook', { done, read: done, count: 1600, path: '' });
    }
    expect(terminal.written.at(-1)).toBe(
      'handbook ██████░░░░░░░░░░░░░░░░░░ 400 of 1,600 documents, 100/s, 12 s left',
    );
    expect(terminal.written.filter((text) => text === '\r\x1b[K')).toHaveLength(39);
    progress.clear();
    progress.clear();
    expect(terminal.written.filter((text) => text === '\r\x1b[K')).toHaveLength(40);
  });

  it('tells the rate of the last moments, not of the start', () => {
    const terminal = recording({ isTTY: true });
    const progress = createProgress(terminal.stream, () => terminal.at);
    // A thousand unchanged documents in a second, then one that is embedded each second.
    for (let done = 1; done <= 1000; done++) {
      terminal.at += 1;
      progress.update('handbook', { done, read: done, count: 1100, path: '' });
    }
    for (let done = 1001; done <= 1030; done++) {
      terminal.at += 1000;
      progress.update('handbook', { done, read: done, count: 1100, path: '' });
    }
    expect(terminal.written.at(-1)).toContain('1,030 of 1,100 documents, 1.0/s, 2 min left');
  });

  it('shows no bar for a count that is not known, and never wraps', () => {
    const terminal = recording({ isTTY: true, columns: 30 });
    const progress = createProgress(terminal.stream, () => terminal.at);
    terminal.at = 1000;
    progress.update('a long name of a source', { done: 10, read: 10, path: '' });
    expect(terminal.written).toEqual(['a long name of … 10 documents']);
  });

  it.each([
    [80, 'a-very-long-name-o… ████████████░░░░░░░░░░░░ 5 of 10 documents, 5.0/s, 1 s left'],
    [60, 'a-very-long-name-of-a-s… 5 of 10 documents, 5.0/s, 1 s left'],
    [34, '5 of 10 documents, 5.0/s, 1 s lef'],
  ])('of a long name in %i columns keeps the figures', (columns, line) => {
    const terminal = recording({ isTTY: true, columns });
    const progress = createProgress(terminal.stream, () => terminal.at);
    progress.update('a-very-long-name-of-a-source', { done: 0, read: 0, count: 10, path: '' });
    terminal.at = 1000;
    progress.update('a-very-long-name-of-a-source', { done: 5, read: 5, count: 10, path: '' });
    expect(terminal.written.at(-1)).toBe(line);
  });

  it('says how many documents are read and wait to be stored', () => {
    const terminal = recording({ isTTY: true });
    const progress = createProgress(terminal.stream, () => terminal.at);
    progress.update('site', { done: 0, read: 1, count: 100, path: '' });
    terminal.at = 500;
    progress.update('site', { done: 0, read: 12, count: 100, path: '' });
    expect(terminal.written).toEqual(['site ░░░░░░░░░░░░░░░░░░░░░░░░ 0 of 100 documents, 12 more read']);
  });

  it('elsewhere is a plain line every ten seconds', () => {
    const file = recording();
    const progress = createProgress(file.stream, () => file.at);
    for (let done = 1; done <= 25; done++) {
      file.at += 1000;
      progress.update('handbook', { done, read: done, count: 25, path: '' });
    }
    progress.clear();
    expect(file.written).toEqual([
      'handbook: 10 of 25 documents, 1.0/s, 15 s left\n',
      'handbook: 20 of 25 documents, 1.0/s, 5 s left\n',
    ]);
  });
});
