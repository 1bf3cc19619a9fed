import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { readIngestArguments } from '../../src/cli/ingest-arguments.js';
import { textOutput } from '../../src/cli/ingest-output.js';
import { createProgress } from '../../src/cli/progress.js';
import { keepRefreshed } from '../../src/knowledge/ingest/keep-refreshed.js';
import type { RegisteredSource } from '../../src/knowledge/source.js';
import { embeddingPrice } from '../../src/models/embedding-price.js';
import { handbook } from '../support/ingest-fixture.js';
import { recordingStream as recording } from '../support/recording-stream.js';

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
    [['a', 'b', '--ask', 'Dana'], '--ask goes with one folder or other source, got 2'],
    [
      ['a', '--allow-private', '--no-allow-private'],
      'Expected --allow-private or --no-allow-private, got both',
    ],
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
    expect(readIngestArguments(['docs', '--ask', ' #people-ops ']).askInstead).toBe('#people-ops');
    const back = ['docs', '--include', '', '--exclude', '', '--base-url', '', '--no-allow-private'];
    expect(readIngestArguments(back)).toMatchObject({
      ...{ include: [], exclude: [], baseUrl: '', allowPrivate: false },
    });
    expect(readIngestArguments(['--source', 'a', '--source=b c']).sources).toEqual(['a', 'b c']);
  });
});

describe('an option that npm took for itself', () => {
  const env = (taken: Record<string, string>) => ({ npm_lifecycle_event: 'ingest', ...taken });

  it.each([
    [{ npm_config_dry_run: 'true' }, 'npm took --dry-run for itself: put -- before'],
    [{ npm_config_list: 'true' }, 'npm took --list'],
    [{ npm_config_remove: 'true' }, 'npm took --remove for itself'],
    [{ npm_config_re_embed: 'true' }, 'npm took --re-embed'],
    [{ npm_config_allow_private: '' }, 'npm took --allow-private'],
  ])('is refused: %j', (taken, problem) => {
    expect(() => readIngestArguments(['./x'], env(taken))).toThrow(problem);
  });

  it('is not what stands in an .npmrc, nor what is there without npm', () => {
    const own = env({ npm_config_include: 'dev', npm_config_json: 'true', npm_config_registry: 'https://x' });
    expect(readIngestArguments(['./x'], own).locations).toEqual(['./x']);
    expect(readIngestArguments(['./x'], { npm_config_list: 'true' }).locations).toEqual(['./x']);
  });
});

describe('the list of sources', () => {
  it('shows what each keeps', () => {
    const out = recording();
    const options = {
      ...{ include: ['/guide/**', '/faq'], exclude: ['drafts'], delayMs: 2000, allowPrivate: true },
      baseUrl: 'https://docs.test',
    };
    textOutput(out.stream, out.stream).sources([
      { ...handbook, options, documents: 2, chunks: 3, refreshedAt: '2026-01-02T03:04:05.000Z' },
      { ...handbook, options: { include: [], allowPrivate: false }, documents: 0, chunks: 0 },
    ]);
    expect(out.written).toEqual([
      'handbook: 2 documents, 3 chunks, refreshed 2026-01-02T03:04:05.000Z: /handbook, published at https://docs.test, ' +
        'only /guide/** /faq, without drafts, 2 s between requests, private addresses allowed\n',
      'handbook: 0 documents, 0 chunks, never refreshed to its end: /handbook\n',
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
      leftOut: 0,
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
    const [tiny, free] = [0.00002, 0].map((dollars) => ({
      ...outcome,
      failed: [],
      embedding: { tokens: dollars * 1e6, estimated: true, dollars },
    }));
    if (tiny) output.ingested(tiny);
    if (free) output.ingested(free);
    expect(out.written.splice(0).map((line) => line.split('; ')[2])).toEqual([
      'about 20 tokens embedded for less than $0.0001 (an estimate: the service does not say)',
      'about 0 tokens embedded (an estimate: the service does not say)',
    ]);
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

  it('lets no name of a file steer the terminal, and counts what is left out', () => {
    const [out, problems] = [recording({ isTTY: true }), recording()];
    const output = textOutput(out.stream, problems.stream);
    output.ingested({
      ...outcome,
      leftOut: 2,
      failed: [{ path: 'a\x1b[2J\u202e.md', reason: 'bad\r\nend' }],
    });
    expect(problems.written).toEqual(['  a\ufffd[2J\ufffd.md: bad end\n']);
    expect(out.written.join('')).toContain('1 failed, 2 left out (drafts or empty); 9 chunks');
    createProgress(out.stream, () => Number.MAX_SAFE_INTEGER).update('\x1b]0;x', {
      done: 1,
      read: 1,
      path: '',
    });
    expect(out.written.join('')).not.toContain('\x1b]0;x');
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
    await vi.waitFor(() => expect(names()).toEqual([['old'], ['unfinished']]));
    vi.setSystemTime(101 * HOUR);
    await vi.waitFor(() => expect(names().slice(2)).toEqual([['new']]));
    vi.setSystemTime(106 * HOUR);
    await vi.waitFor(() => expect(names().slice(3)).toEqual([['old'], ['unfinished']]));
  });

  test('leaves what another replica refreshed while it was at the source before', async () => {
    const all = [source('first'), source('second'), source('third')];
    const { names } = keeping(
      () => all,
      async ([name]) => {
        if (name === 'first') all[1] = source('second', new Date().toISOString());
      },
    );
    await vi.waitFor(() => expect(names()).toEqual([['first'], ['third']]));
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
