import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { readIngestArguments } from '../../src/cli/ingest-arguments.js';
import { textOutput } from '../../src/cli/ingest-output.js';
import { createProgress } from '../../src/cli/progress.js';
import { keepRefreshed } from '../../src/knowledge/keep-refreshed.js';
import type { RegisteredSource } from '../../src/knowledge/source.js';
import { embeddingPrice } from '../../src/models/embedding-price.js';
import { handbook } from '../support/ingest-fixture.js';

/** A stream that keeps what is written, and a clock that is set by hand. */
function recording(stream: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { written, at: 0, stream: { ...stream, write: (text: string) => written.push(text) } };
}

describe('readIngestArguments', () => {
  it.each([
    [['--remove', 'a', 'folder'], 'Expected one of sources to index and --remove, got both: run them'],
    [['--list', '--re-embed'], 'Expected one of --list and --re-embed, got both: run them'],
    [['--name', 'x'], '--name goes with one folder or other source, got 0'],
    [['a', 'b', '--chunk-chars', '300-400'], '--chunk-chars goes with one folder or other source, got 2'],
    [['a', '--chunk-chars', '9'], 'must be two numbers from 200 to 8000 such as 1000-1600, got "9"'],
    [['a', '--chunk-chars', '100-400'], 'must be two numbers from 200 to 8000'],
    [['a', '--chunk-chars', '500-400'], 'must be two numbers from 200 to 8000'],
    [['a', '--chunk-chars', '500-8001'], 'must be two numbers from 200 to 8000'],
    [['a', '--delay', 'soon'], '--delay must be seconds from 0 to 60, got "soon"'],
    [['--frob'], 'Unknown option \'--frob\': see "npm run ingest -- --help".'],
    [['--name'], 'see "npm run ingest -- --help".'],
  ])('refuses %j', (args, problem) => {
    expect(() => readIngestArguments(args)).toThrow(problem);
  });

  it('reads what belongs together', () => {
    expect(readIngestArguments(['docs', '--chunk-chars', '300-400', '--dry-run'])).toMatchObject({
      locations: ['docs'],
      chunkSizes: { minChars: 300, maxChars: 400 },
      dryRun: true,
      list: false,
    });
    const web = [
      'https://docs.test/sitemap.xml',
      '--include',
      '/guide/**',
      '--delay',
      '0.5',
      '--allow-private',
    ];
    expect(readIngestArguments(web)).toMatchObject({
      include: ['/guide/**'],
      exclude: undefined,
      delayMs: 500,
      allowPrivate: true,
    });
    expect(readIngestArguments(['--source', 'a', '--source=b c']).sources).toEqual(['a', 'b c']);
  });
});

describe('progress', () => {
  it('on a terminal is a bar with rate and time left, drawn over itself and taken off for other lines', () => {
    const terminal = recording({ isTTY: true, columns: 100 });
    const progress = createProgress(terminal.stream, () => terminal.at);
    for (let done = 1; done <= 400; done++) {
      terminal.at += 10;
      progress.update('handbook', { done, count: 1600, path: '' });
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
      progress.update('handbook', { done, count: 1100, path: '' });
    }
    for (let done = 1001; done <= 1030; done++) {
      terminal.at += 1000;
      progress.update('handbook', { done, count: 1100, path: '' });
    }
    expect(terminal.written.at(-1)).toContain('1,030 of 1,100 documents, 1.0/s, 2 min left');
  });

  it('shows no bar for a count that is not known, and never wraps', () => {
    const terminal = recording({ isTTY: true, columns: 30 });
    const progress = createProgress(terminal.stream, () => terminal.at);
    terminal.at = 1000;
    progress.update('a long name of a source', { done: 10, path: '' });
    expect(terminal.written).toEqual(['a long name of a source 10 do']);
  });

  it('elsewhere is a plain line every ten seconds', () => {
    const file = recording();
    const progress = createProgress(file.stream, () => file.at);
    for (let done = 1; done <= 25; done++) {
      file.at += 1000;
      progress.update('handbook', { done, count: 25, path: '' });
    }
    progress.clear();
    expect(file.written).toEqual([
      'handbook: 10 of 25 documents, 1.0/s, 15 s left\n',
      'handbook: 20 of 25 documents, 1.0/s, 5 s left\n',
    ]);
  });
});

describe('the summary', () => {
  const outcome = {
    ...{
      source: 'a',
      documents: 1200,
      changed: 3,
      unchanged: 1195,
      removed: 1,
      chunksAdded: 9,
      chunksEmbedded: 9,
    },
    ...{ failed: [{ path: 'x.md', reason: 'too\nlong' }], seconds: 2.04 },
  };

  it('adds up several sources; the price only when all are known', () => {
    const [out, problems] = [recording(), recording()];
    const output = textOutput(out.stream, problems.stream);
    const cheap = { ...outcome, embedding: { tokens: 2_000_000, estimated: false, dollars: 0.04 } };
    const dear = {
      ...outcome,
      source: 'b',
      embedding: { tokens: 10_000_000, estimated: true, dollars: 1.3 },
    };
    const unknown = { ...outcome, source: 'c', embedding: { tokens: 5, estimated: false } };
    output.ingested(cheap);
    output.summary([cheap]);
    output.summary([cheap, dear]);
    output.summary([cheap, unknown]);
    expect(out.written).toEqual([
      'a: 1,200 documents: 3 added or changed, 1,195 unchanged, 1 removed, 1 failed; 9 chunks added; ' +
        '2,000,000 tokens embedded for $0.0400; 2.0 s\n',
      'All 2 sources: 2,400 documents: 6 added or changed, 2,390 unchanged, 2 removed, 2 failed; 18 chunks added; ' +
        'about 12,000,000 tokens embedded for about $1.34 (an estimate: the service does not say); 4.1 s\n',
      'All 2 sources: 2,400 documents: 6 added or changed, 2,390 unchanged, 2 removed, 2 failed; 18 chunks added; ' +
        '2,000,005 tokens embedded; 4.1 s\n',
    ]);
    expect(problems.written).toEqual(['  x.md: too long\n']);
  });

  it("knows OpenAI's prices and no others", () => {
    expect(embeddingPrice('text-embedding-3-small', 1_000_000)).toBe(0.02);
    expect(embeddingPrice('text-embedding-3-large', 500_000)).toBe(0.065);
    expect(embeddingPrice('toString', 1)).toBeUndefined();
  });
});

describe('keepRefreshed', () => {
  const HOUR = 3_600_000;
  const source = (name: string, refreshedAt?: string): RegisteredSource => ({
    ...handbook,
    name,
    documents: 1,
    chunks: 1,
    refreshedAt,
  });

  /** Looks again at each `tick`, at a time that is set by hand. */
  function keeping(sources: () => RegisteredSource[], refresh: (names: readonly string[]) => Promise<void>) {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(100 * HOUR);
    const [refreshed, onError] = [vi.fn(refresh), vi.fn()];
    const options = { everyMs: 6 * HOUR, lookEveryMs: 1, onError };
    const end = keepRefreshed({ ...options, sources: async () => sources(), refresh: refreshed });
    onTestFinished(end);
    return { refreshed, onError, end, names: () => refreshed.mock.calls.map(([names]) => names) };
  }
  const hoursAgo = (hours: number) => new Date((100 - hours) * HOUR).toISOString();

  test('refreshes what is older than it may become, whoever refreshed it last, and never twice at once', async () => {
    const all = [source('old', hoursAgo(6)), source('new', hoursAgo(5)), source('unfinished')];
    const { names } = keeping(
      () => all,
      async (due) => {
        for (const [index, { name }] of all.entries()) {
          if (due.includes(name)) all[index] = source(name, new Date().toISOString());
        }
      },
    );
    await vi.waitFor(() => expect(names()).toEqual([['old', 'unfinished']]));
    vi.setSystemTime(101 * HOUR);
    await vi.waitFor(() => expect(names()).toEqual([['old', 'unfinished'], ['new']]));
    vi.setSystemTime(106 * HOUR);
    await vi.waitFor(() => expect(names().slice(2)).toEqual([['old', 'unfinished']]));
  });

  test('tries what failed again at the next time, and survives a database that fails', async () => {
    let broken = true;
    const { names, onError } = keeping(
      () => {
        if (broken) throw new Error('database is away');
        return [source('handbook', hoursAgo(9))];
      },
      () => Promise.reject(new Error('no process')),
    );
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(new Error('database is away')));
    broken = false;
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(new Error('no process')));
    vi.setSystemTime(105 * HOUR);
    const errors = onError.mock.calls.length;
    expect(names()).toHaveLength(1);
    vi.setSystemTime(106 * HOUR);
    await vi.waitFor(() => expect(names()).toHaveLength(2));
    expect(onError.mock.calls.length).toBeLessThanOrEqual(errors + 1);
  });

  test('ends when the refresh that is at work has ended', async () => {
    const order: string[] = [];
    const { end, refreshed } = keeping(
      () => [source('handbook')],
      () => Promise.resolve(),
    );
    refreshed.mockImplementation(
      (_names, signal?: AbortSignal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => setImmediate(() => resolve(void order.push('refresh'))));
        }),
    );
    await vi.waitFor(() => expect(refreshed).toHaveBeenCalledOnce());
    await end();
    expect([...order, 'end']).toEqual(['refresh', 'end']);
  });
});
