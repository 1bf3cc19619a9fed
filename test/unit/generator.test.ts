import { describe, expect, test } from 'vitest';
import { createExtractive } from '../../src/models/extractive.js';
import type { AnswerEvent } from '../../src/rag/answer-event.js';
import type { ChatEvent, ChatModel } from '../../src/rag/chat-model.js';
import { createGenerator, type GenerateRequest, type GeneratorOptions } from '../../src/rag/generator.js';
import { RETRIEVAL_LIMITS } from '../../src/rag/limits.js';
import type { Passage } from '../../src/rag/passage.js';

const passage = (id: string, text: string, more: Partial<Passage> = {}): Passage => ({
  id,
  documentId: id,
  title: id,
  headings: [],
  text,
  source: 'handbook',
  score: 1,
  ...more,
});
const refunds = passage('refunds', 'A refund is paid back within ten working days to the card that paid.', {
  askInstead: '#billing',
});
const exports = passage('exports', 'One export may hold 50,000 rows.\n\nLarger ones come in parts.', {
  askInstead: 'Dana Reyes',
});
const passages = [refunds, passage('refunds-2', 'Refunds again.', { documentId: 'refunds' }), exports];

type Said = string | { cite: number; quote: string } | { stop: string } | { error: Error };
const modelOf = (...tries: readonly (readonly Said[])[]): ChatModel & { readonly asked: () => number } => {
  let asked = 0;
  async function* model(): AsyncGenerator<ChatEvent> {
    const said = tries[Math.min(asked, tries.length - 1)] ?? [];
    asked += 1;
    let stopReason = 'end_turn';
    for (const each of said) {
      if (typeof each === 'string') yield { type: 'text', text: each };
      else if ('cite' in each) yield { type: 'citation', passage: each.cite, quote: each.quote };
      else if ('stop' in each) stopReason = each.stop;
      else throw each.error;
    }
    const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
    yield { type: 'end', message: { provider: 'test', model: 'test', stopReason, content: [], usage } };
  }
  return Object.assign(model, { asked: () => asked });
};

async function answer(options: GeneratorOptions, request: Partial<GenerateRequest> = {}) {
  const events: AnswerEvent[] = [];
  const signal = new AbortController().signal;
  const given = { question: 'how long does a refund take?', askedAt: 0, turns: [], passages, signal };
  for await (const event of createGenerator(options)({ ...given, ...request })) events.push(event);
  const text = events
    .map((event) =>
      event.type === 'text' ? event.text : event.type === 'citation' ? ` [${event.source.number}]` : '',
    )
    .join('');
  const done = events.at(-1);
  if (done?.type !== 'done') throw new Error(`expected done at the end, got ${done?.type}`);
  const cited = done.sources.map(({ number, passage: { id } }) => `${number}:${id}`);
  return { text, events, ...done, cited };
}
const quote = (text: string, cite = 0) => ({ cite, quote: text });

describe('citations by events', () => {
  test('that do not hold are dropped and counted; what the model numbers itself is not shown', async () => {
    const model = modelOf([
      'Ten days [7].',
      quote('within ten working days'),
      quote('within nine days'),
      quote('within ten working days', 9),
      quote(''),
      ' Use `rows[1]` ',
      'or more.',
      quote('One export may hold 50,000 rows.Larger ones come in parts.', 2),
    ]);
    const { text, cited, citationsDropped, outcome } = await answer({ model });
    expect(text).toBe('Ten days. [1] Use `rows[1]` or more. [2]');
    expect({ cited, citationsDropped, outcome }).toEqual({
      cited: ['1:refunds', '2:exports'],
      citationsDropped: 3,
      outcome: 'answered',
    });
  });

  test('none of which holds leave an answer that says so', async () => {
    const { text, outcome, citationsDropped, nearest } = await answer({
      model: modelOf(['Nine days.', quote('nine days')]),
    });
    expect(text).toBe(
      'Nine days.\n\n_I found nothing in the documents to cite for this, so please check it before you rely on it._',
    );
    expect({ outcome, citationsDropped }).toEqual({ outcome: 'not_found', citationsDropped: 1 });
    expect(nearest?.map(({ id }) => id)).toEqual(['refunds', 'exports']);
  });

  test('are not asked for where files came with the question', async () => {
    const file = { kind: 'text', name: 'log.txt', bytes: 3, text: 'log' } as const;
    const { outcome } = await answer(
      { model: modelOf(['It says log.']) },
      { passages: [], attachments: [file] },
    );
    expect(outcome).toBe('answered');
    const unread = { kind: 'unread', name: 'a.zip', reason: 'is an archive' } as const;
    const refused = modelOf(['It says log.']);
    await answer({ model: refused }, { passages: [], attachments: [unread] });
    expect(refused.asked()).toBe(0);
  });
});

describe('citations by markers', () => {
  test('are renumbered in the order of first use, checked, and dropped where they do not hold', async () => {
    const said =
      'Exports hold 50,000 rows [3]. A refund takes ten working days [1][3]. Bananas are always yellow [1], as in [4].';
    for (const model of [modelOf([said]), modelOf([...said])]) {
      const { text, cited, citationsDropped } = await answer({ model, citations: 'markers' });
      expect(text).toBe(
        'Exports hold 50,000 rows [1]. A refund takes ten working days [2]. Bananas are always yellow, as in.',
      );
      expect({ cited, citationsDropped }).toEqual({ cited: ['1:exports', '2:refunds'], citationsDropped: 3 });
    }
  });

  test('hold across languages, where words cannot be compared, but not with another figure', async () => {
    const said = ['Das Geld ist nach einigen Tagen wieder auf der Karte [1]. Es sind 99 Tage [1].'];
    const { text } = await answer({ model: modelOf(said), citations: 'markers' });
    expect(text).toBe('Das Geld ist nach einigen Tagen wieder auf der Karte [1]. Es sind 99 Tage.');
  });
});

describe('not found', () => {
  test('by the search: one sentence, the nearest documents each once, whom to ask, and no model', async () => {
    const model = modelOf(['Bananas.']);
    const relevance = RETRIEVAL_LIMITS.relevance - 0.01;
    const { text, outcome, nearest, askInstead } = await answer({ model }, { relevance });
    expect(text).toBe('I could not find anything about that in the documents.');
    expect({ outcome, askInstead }).toEqual({ outcome: 'not_found', askInstead: ['#billing', 'Dana Reyes'] });
    expect(nearest?.map(({ id }) => id)).toEqual(['refunds', 'exports']);
    expect(model.asked()).toBe(0);
    await answer({ model }, { relevance: RETRIEVAL_LIMITS.relevance });
    expect(model.asked()).toBe(1);
  });

  test.each([
    [
      'in one piece',
      ['[not found] Nobody says who pays. But here is a guess [1].', quote('ten working days')],
    ],
    ['letter by letter', [...'  **[Not Found]**: Nobody says who pays. A guess.']],
    ['with another dash', ['[not_found] Nobody says who pays.']],
    ['without an end', ['[not found] Nobody says who pays.\nMore', { stop: 'max_tokens' }]],
  ])('by the model, %s: its first sentence alone', async (_how, said) => {
    const { text, outcome, sources, nearest } = await answer({ model: modelOf(said) });
    expect({ text, outcome, sources }).toEqual({
      text: 'Nobody says who pays.',
      outcome: 'not_found',
      sources: [],
    });
    expect(nearest).toHaveLength(2);
  });

  test('by the model without a sentence is said in the language of the question', async () => {
    const said = modelOf(['[not found]']);
    const german = await answer({ model: said }, { question: 'Wer bezahlt das?' });
    expect(german.text).toBe('Dazu habe ich in den Dokumenten nichts gefunden.');
    const turns = [{ role: 'user', text: 'Wie lange dauert das?', messageTs: '1.1' }] as const;
    expect((await answer({ model: said }, { question: 'Windows?', turns })).text).toBe(german.text);
  });

  test('is not what only begins alike', async () => {
    const { text, outcome } = await answer({
      model: modelOf(['[not', ' found', 'ing]', quote('ten working days')]),
    });
    expect({ text, outcome }).toEqual({ text: '[not founding] [1]', outcome: 'answered' });
  });
});

describe('ends', () => {
  const good = ['Ten days.', quote('ten working days')] as const;
  const broken = { error: new Error('terminated') };
  const refusedBy = (status: number) => ({ error: Object.assign(new Error('no'), { status }) });
  const standIn = createExtractive({ label: 'Stand-in' });

  test.each([
    ['an error before the first word', [broken]],
    ['an error behind what is not shown yet', ['[not fou', broken]],
    ['no text at all', []],
    ['only spaces', ['\n ']],
  ])('%s: tried again once', async (_what, first) => {
    const failures: unknown[] = [];
    const model = modelOf(first, good);
    const { text, outcome } = await answer({
      model,
      standIn,
      onModelFailure: (error) => failures.push(error),
    });
    expect({ text, outcome, asked: model.asked() }).toEqual({
      text: 'Ten days. [1]',
      outcome: 'answered',
      asked: 2,
    });
    expect(failures).toHaveLength(first.includes(broken) ? 1 : 0);
  });

  test.each([400, 401, 403, 529])('HTTP %i: not tried again, the stand-in answers', async (status) => {
    const model = modelOf([refusedBy(status)], good);
    const { text, outcome, cited } = await answer({ model, standIn });
    expect(text).toMatch(/^_Stand-in_\n\n> A refund is paid back/);
    expect({ outcome, first: cited[0], asked: model.asked() }).toEqual({
      outcome: 'answered',
      first: '1:refunds',
      asked: 1,
    });
  });

  test.each([
    ['broken twice, without a stand-in', [[broken]], 'I could not put an answer together', 2],
    ['empty twice', [[]], 'I could not put an answer together', 2],
    ['a refusal', [[{ stop: 'refusal' }]], 'I cannot answer that question', 1],
    ['a refusal midway', [['Ten', { stop: 'refusal' }]], 'Ten\n\n_I cannot answer that question', 1],
    ['too long', [['Ten', { stop: 'max_tokens' }]], 'Ten\n\n_The answer reached its length limit', 1],
    ['broken midway', [['Ten [', broken]], 'Ten [\n\n_The answer was interrupted here', 1],
  ])('%s: a sentence says so', async (_what, tries, start, asked) => {
    const model = modelOf(...tries);
    const { text, outcome } = await answer({ model });
    expect(text.startsWith(start), text).toBe(true);
    expect({ outcome, asked: model.asked() }).toEqual({ outcome: 'partial', asked });
  });

  test('are told in the language of the question', async () => {
    const model = modelOf(['Dix', { stop: 'max_tokens' }]);
    const { text } = await answer({ model }, { question: 'Combien de temps prend un remboursement ?' });
    expect(text).toContain('La réponse a atteint sa longueur maximale');
  });

  test('an abort is no failure to answer for', async () => {
    const abort = new AbortController();
    const model: ChatModel = async function* () {
      abort.abort(new Error('stopped'));
      yield* [];
      throw new Error('aborted');
    };
    await expect(answer({ model, standIn }, { signal: abort.signal })).rejects.toThrow('stopped');
  });

  test('the status says when the model begins to write', async () => {
    const { events } = await answer({ model: modelOf(['\n', ...good]) });
    expect(events.slice(0, 2)).toEqual([
      { type: 'status', status: 'writing' },
      { type: 'text', text: 'Ten days.' },
    ]);
  });
});
