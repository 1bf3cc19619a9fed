import { describe, expect, test } from 'vitest';
import { approximateTokens } from '../../src/rag/approximate-tokens.js';
import { type Complete, type CompletionRequest, createCondense } from '../../src/rag/condense.js';
import { cutText } from '../../src/rag/cut-text.js';
import { keepTurns } from '../../src/rag/keep-turns.js';
import type { Turn } from '../../src/threads/turn.js';

const user = (text: string, n = 1): Turn => ({ role: 'user', text, userId: 'U1', messageTs: `1.${n}` });
const turns: readonly Turn[] = [
  user('How do I install the agent?'),
  { role: 'assistant', text: 'With npm.', messageTs: '1.2' },
];
const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };

function says(text: string, stopReason = 'end_turn') {
  const requests: CompletionRequest[] = [];
  const complete: Complete = async (request) => {
    requests.push(request);
    return { text, message: { provider: 'p', model: 'm', stopReason, content: [], usage } };
  };
  return { complete, requests };
}

const ask = (question: string, more: Partial<{ turns: readonly Turn[]; signal: AbortSignal }> = {}) => ({
  question,
  turns,
  signal: new AbortController().signal,
  ...more,
});
const BOTH = 'How do I install the agent?\nand on Windows?';

describe('condense', () => {
  test('gives the rewritten question, its spaces and quotes tidied', async () => {
    const { complete, requests } = says(' "How do I install\n the agent on Windows?"\n');
    const condense = createCondense({ complete });
    expect(await condense(ask('and on Windows?'))).toBe('How do I install the agent on Windows?');
    expect(requests[0]?.prompt).toBe(
      '<conversation>\n@U1: How do I install the agent?\n\nAssistant: With npm.\n</conversation>\n\n' +
        '<message>\nand on Windows?\n</message>',
    );
  });

  test.each([
    ['a root question', 'How do I install it?', []],
    ['an emoji', ':+1:', turns],
  ])('asks no model for %s', async (_name, question, before) => {
    const { complete, requests } = says('never asked');
    expect(await createCondense({ complete })(ask(question, { turns: before }))).toContain(question);
    expect(requests).toEqual([]);
  });

  test.each([
    ['a refusal', 'I cannot do that.', 'refusal'],
    ['a text cut off', 'How do I install the', 'max_tokens'],
    ['nothing', ' \n', 'end_turn'],
    ['no words', '…', 'end_turn'],
    ['an answer instead', 'You install it with npm, as follows. '.repeat(20), 'end_turn'],
  ])(
    '%s: the question is searched with the one before it, and the reason told',
    async (_name, text, reason) => {
      const failures: unknown[] = [];
      const condense = createCondense({
        complete: says(text, reason).complete,
        onFailure: (error) => failures.push(error),
      });
      expect(await condense(ask('and on Windows?'))).toBe(BOTH);
      expect(failures).toHaveLength(1);
    },
  );

  test('too late: the call is aborted and the search goes on', async () => {
    let aborted = false;
    const failures: unknown[] = [];
    const complete: Complete = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason);
        });
      });
    const condense = createCondense({ complete, waitMs: 5, onFailure: (error) => failures.push(error) });
    expect(await condense(ask('and on Windows?'))).toBe(BOTH);
    expect(aborted).toBe(true);
    expect(String(failures[0])).toContain('within 0.005 s');
  });

  test('an abort rejects with its reason and is no failure', async () => {
    const abort = new AbortController();
    const failures: unknown[] = [];
    const complete: Complete = async ({ signal }) => {
      abort.abort(new Error('stopped'));
      signal.throwIfAborted();
      throw new Error('not reached');
    };
    const condense = createCondense({ complete, onFailure: (error) => failures.push(error) });
    await expect(condense(ask('and then?', { signal: abort.signal }))).rejects.toThrow('stopped');
    expect(failures).toEqual([]);
  });

  test('without a model a short question is searched with the one before it, a long one alone', async () => {
    const condense = createCondense({});
    const noted = [...turns, { ...user('[3 earlier messages left out]'), userId: undefined }, user('👍')];
    expect(await condense(ask('and on Windows?', { turns: noted }))).toBe(BOTH);
    const long = 'Which settings does tracing need in the EU region?';
    expect(await condense(ask(long))).toBe(long);
  });
});

describe('cutText', () => {
  test('keeps the beginning and the end within the tokens, whole characters only', () => {
    const text = `start ${'🧵'.repeat(3_000)} end`;
    const cut = cutText(text, 500);
    expect(cut).toMatch(/^start 🧵[\s\S]*\[… \d+ characters left out …\][\s\S]*🧵 end$/u);
    expect(Buffer.from(cut).toString()).toBe(cut);
    expect(approximateTokens(cut)).toBeLessThan(530);
    expect(cutText('short', 500)).toBe('short');
  });
});

describe('keepTurns', () => {
  const limits = { most: 1_000, keep: 400, message: 200 };
  /** About 28 tokens with its frame. */
  const thread = (length: number) =>
    Array.from({ length }, (_, n) => user(`message ${n} ${'word '.repeat(14)}`, n));

  test('keeps everything within the limit, byte for byte', () => {
    expect(keepTurns(thread(20), limits)).toEqual(thread(20));
    expect(keepTurns([], limits)).toEqual([]);
  });

  test('keeps the first and the newest of 300, and says how many are gone', () => {
    const kept = keepTurns(thread(300), limits);
    expect(kept[0]).toEqual(thread(1)[0]);
    expect(kept.at(-1)).toEqual(thread(300).at(-1));
    const gone = 300 - (kept.length - 1);
    expect(kept[1]?.text).toBe(`[${gone} earlier messages left out]`);
    const tokens = kept.reduce((sum, { text }) => sum + approximateTokens(text), 0);
    expect(tokens).toBeLessThan(limits.most);
  });

  test('sends the same beginning from question to question, and moves the cut seldom', () => {
    let moves = 0;
    let before = keepTurns(thread(1), limits);
    for (let length = 2; length <= 300; length += 1) {
      const now = keepTurns(thread(length), limits);
      const grown = JSON.stringify(now.slice(0, before.length)) === JSON.stringify(before);
      if (!grown) moves += 1;
      expect(now.length).toBeLessThan(60);
      before = now;
    }
    expect(moves).toBeGreaterThan(5);
    // Each move makes room for some twenty messages.
    expect(moves).toBeLessThan(300 / 18);
  });

  test('cuts a message that is too long by itself, the first one too', () => {
    const kept = keepTurns([user('x'.repeat(50_000)), user('y'.repeat(50_000)), user('and now?')], limits);
    expect(kept.map(({ text }) => approximateTokens(text) < 230)).toEqual([true, true, true]);
    expect(kept.at(-1)?.text).toBe('and now?');
  });
});
