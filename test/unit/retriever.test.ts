import { describe, expect, it } from 'vitest';
import { approximateTokens } from '../../src/rag/approximate-tokens.js';
import type { Embed } from '../../src/rag/embed.js';
import { fillPrompt } from '../../src/rag/fill-prompt.js';
import { createGenerator } from '../../src/rag/generator.js';
import { RETRIEVAL_LIMITS } from '../../src/rag/limits.js';
import type { Passage } from '../../src/rag/passage.js';
import { rememberVectors } from '../../src/rag/remember-vectors.js';
import { createRetriever } from '../../src/rag/retriever.js';
import type { SearchRequest, SearchResult } from '../../src/rag/search.js';

const SENTENCE = 'The export job writes a file for every table and uploads it to the bucket of the region.';
const LONG = `${SENTENCE} When it fails halfway the next run goes on where the last one stopped, so that no table is
written twice and none is missing. Ask the data team before you change the schedule, because reports depend on it.`;

let made = 0;
function passage(given: Partial<Passage> = {}): Passage {
  made += 1;
  return {
    id: `id-${made}`,
    documentId: `document-${made}`,
    ordinal: 0,
    title: 'Exports',
    headings: [],
    text: `${LONG} Word${made}.`,
    source: 'handbook',
    score: 1 / made,
    ...given,
  };
}
const ids = (passages: readonly Passage[]) => passages.map(({ id }) => id);

describe('neighbours', () => {
  const part = (ordinal: number, given: Partial<Passage> = {}) =>
    passage({ documentId: 'guide', ordinal, text: `Part ${ordinal}.`, ...given });

  it('become one passage in the document’s order, in the place of the best of them', () => {
    const [other, second, first, apart] = [passage(), part(4), part(3), part(6)];
    const joined = fillPrompt([other, second, first, apart], 4_000);
    expect(ids(joined)).toEqual([other.id, second.id, apart.id]);
    expect(joined[1]).toMatchObject({ text: 'Part 3.\n\nPart 4.', score: second.score, ordinal: 3 });
    expect(joined[1]?.parts?.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(joined[0]).toBe(other);
  });

  it('keep their own headings below those that they share', () => {
    const [joined] = fillPrompt(
      [
        part(0, { headings: ['Setup'] }),
        part(1, { headings: ['Setup', 'Linux'] }),
        part(2, { headings: ['Setup', 'Linux'] }),
        part(3, { headings: ['Setup', 'Mac', 'M1'] }),
      ],
      4_000,
    );
    expect(joined?.headings).toEqual(['Setup']);
    expect(joined?.text).toBe('Part 0.\n\n### Linux\n\nPart 1.\n\nPart 2.\n\n### Mac\n\n#### M1\n\nPart 3.');
    for (const { text } of joined?.parts ?? []) expect(joined?.text).toContain(text);
  });

  it('are not those of another document, nor chunks without a known place', () => {
    const hits = [
      part(0),
      part(1, { documentId: 'guide-2' }),
      part(1, { ordinal: undefined, text: 'Elsewhere.' }),
    ];
    expect(ids(fillPrompt(hits, 4_000))).toEqual(ids(hits));
  });

  it('are cited each under its own heading', async () => {
    const hits = [
      part(0, { headings: ['Linux'], text: 'Use the package.', url: 'https://docs.test/guide#linux' }),
      part(1, { headings: ['Mac'], text: 'Use the\nimage.', url: 'https://docs.test/guide#mac' }),
    ];
    const generate = createGenerator({
      async *model() {
        yield { type: 'text', text: 'By an image' };
        for (const quote of ['## Mac\n\nUse the image.', 'Use the package. ## Mac', 'nowhere'])
          yield { type: 'citation', passage: 0, quote };
      },
    });
    const cited: unknown[] = [];
    const { signal } = new AbortController();
    const request = { question: 'how?', askedAt: 0, turns: [], passages: fillPrompt(hits, 4_000), signal };
    for await (const event of generate(request)) {
      if (event.type === 'citation') cited.push([event.source.number, event.source.passage.url]);
    }
    expect(cited).toEqual([
      [1, 'https://docs.test/guide#mac'],
      [2, 'https://docs.test/guide#linux'],
    ]);
  });
});

describe('repetitions', () => {
  it('are left out: the same words in another file, formatted in another way, or as a part of a longer text', () => {
    const best = passage({ text: `Before.\n\n${LONG}` });
    const same = passage({ title: 'Copy', headings: ['Old'], text: best.text });
    const formatted = passage({ text: `> **${LONG.toUpperCase()}**` });
    const linked = passage({ text: LONG.replace('the bucket', '[the bucket](../a/b.md)') });
    const half = passage({ text: LONG });
    expect(ids(fillPrompt([best, same, formatted, linked, half], 4_000))).toEqual([best.id]);
  });

  it('are not texts with one other word or figure, nor the longer of two', () => {
    const best = passage({ text: `${LONG} It takes 10 minutes on staging.` });
    const figure = passage({ text: `${LONG} It takes 20 minutes on staging.` });
    const word = passage({ text: `${LONG} It takes 10 minutes on production.` });
    const longer = passage({ text: `${LONG} It takes 10 minutes on staging. Then it waits.` });
    const hits = [best, figure, word, longer];
    expect(ids(fillPrompt(hits, 4_000))).toEqual(ids(hits));
  });

  it('are not short answers under another heading', () => {
    const hits = ['Export', 'Import'].map((heading) =>
      passage({ headings: [heading], text: 'Yes, always.' }),
    );
    expect(ids(fillPrompt(hits, 4_000))).toEqual(ids(hits));
    expect(fillPrompt([passage({ text: 'Yes.' }), passage({ text: 'Yes.' })], 4_000)).toHaveLength(1);
  });
});

describe('the tokens of a prompt', () => {
  const sized = (words: number) =>
    passage({ text: Array.from({ length: words }, (_, i) => `w${made}x${i}`).join(' ') });

  it('are filled best first; what does not fit is passed over', () => {
    const hits = [sized(100), sized(2_000), sized(100), sized(100)];
    const given = fillPrompt(hits, 800);
    expect(ids(given)).toEqual([hits[0]?.id, hits[2]?.id, hits[3]?.id].slice(0, given.length));
    expect(given.length).toBeGreaterThanOrEqual(2);
    const text = given.map((each) => each.text).join('');
    expect(approximateTokens(text)).toBeLessThanOrEqual(800);
  });

  it.each([
    ['paragraphs', 'One two three four. '.repeat(8).trim().concat('\n\n').repeat(200)],
    ['no gaps', 'x'.repeat(50_000)],
    ['no ASCII', '会議室の予約方法。'.repeat(2_000)],
  ])('hold for a single hit that is longer: %s', (_, text) => {
    const [given, ...rest] = fillPrompt([passage({ text })], 1_000);
    expect(rest).toEqual([]);
    expect(text.startsWith(given?.text ?? '-')).toBe(true);
    expect(approximateTokens(given?.text ?? '')).toBeLessThanOrEqual(1_000);
    expect(approximateTokens(given?.text ?? '')).toBeGreaterThan(500);
  });
});

describe('the retriever', () => {
  const { signal } = new AbortController();

  function searchOver(passages: readonly Passage[]) {
    const asked: SearchRequest[] = [];
    const search = async (request: SearchRequest): Promise<SearchResult> => {
      asked.push(request);
      if (request.vector?.length === 3) throw new RangeError('expected a vector of 2 numbers');
      return { passages, mode: request.vector ? 'hybrid' : 'keyword', indexEmpty: false };
    };
    return { search, asked };
  }

  it('gives what fits into the prompt, and asks for more than that', async () => {
    const passages = Array.from({ length: 20 }, () => passage({ text: `${LONG} `.repeat(6) + made }));
    const { search, asked } = searchOver(passages);
    const result = await createRetriever({ search })({ question: 'exports?', signal });
    expect(asked).toEqual([{ query: 'exports?', vector: undefined, limit: RETRIEVAL_LIMITS.candidates }]);
    expect(result.passages).toEqual(passages.slice(0, result.passages.length));
    expect(result.passages.length).toBeGreaterThan(3);
    expect(result.passages.length).toBeLessThan(20);
    expect(result).not.toHaveProperty('embeddingsFailed');
  });

  it('embeds a question once', async () => {
    const { search, asked } = searchOver([]);
    let calls = 0;
    const embed: Embed = async () => {
      calls += 1;
      return [[calls, 0]];
    };
    const retrieve = createRetriever({ search, embed });
    for (const question of ['a', 'a', 'b', 'a']) await retrieve({ question, signal });
    expect(asked.map(({ vector }) => vector)).toEqual([
      [1, 0],
      [1, 0],
      [2, 0],
      [1, 0],
    ]);
  });

  it.each<[string, Embed]>([
    ['refuses', () => Promise.reject(new Error('503'))],
    [
      'is silent',
      (_texts, given) =>
        new Promise((_, reject) => given?.addEventListener('abort', () => reject(given.reason))),
    ],
    ['answers with no vector', async () => []],
    ['answers with a vector of another length', async () => [[1, 2, 3]]],
  ])('goes on by keywords and says so when the service %s', async (_, embed) => {
    const { search } = searchOver([passage()]);
    const told: unknown[] = [];
    const limits = { ...RETRIEVAL_LIMITS, embeddingMs: 20 };
    const retrieve = createRetriever({ search, embed, limits, onDegraded: (error) => told.push(error) });
    expect(await retrieve({ question: 'a', signal })).toMatchObject({
      mode: 'keyword',
      embeddingsFailed: true,
      passages: [expect.anything()],
    });
    expect(told).toHaveLength(1);
  });

  it('does not take a failing search for a failing service', async () => {
    const failure = new Error('disk');
    const told: unknown[] = [];
    const search = () => Promise.reject(failure);
    const retrieve = createRetriever({ search, embed: async () => [[1, 0]], onDegraded: told.push });
    await expect(retrieve({ question: 'a', signal })).rejects.toBe(failure);
    expect(told).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const controller = new AbortController();
    const { search, asked } = searchOver([]);
    const embed: Embed = async () => {
      controller.abort(new Error('stopped'));
      throw new Error('503');
    };
    const retrieve = createRetriever({ search, embed });
    await expect(retrieve({ question: 'a', signal: controller.signal })).rejects.toThrow('stopped');
    expect(asked).toEqual([]);
  });
});

describe('remembered vectors', () => {
  it('are those used last, and never a failure', async () => {
    const asked: string[] = [];
    let fails = true;
    const embed = rememberVectors(async (texts) => {
      asked.push(...texts);
      if (fails) throw new Error('503');
      return texts.map((text) => [text.length]);
    }, 2);
    await expect(embed(['a'])).rejects.toThrow('503');
    fails = false;
    expect(await embed(['a', 'bb', 'a'])).toEqual([[1], [2], [1]]);
    expect(await embed(['a'])).toEqual([[1]]);
    await embed(['ccc']);
    asked.length = 0;
    expect(await embed(['a', 'bb', 'ccc'])).toEqual([[1], [2], [3]]);
    expect(asked).toEqual(['bb']);
  });
});
