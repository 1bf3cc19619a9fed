import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { claudeRequest, claudeRequestForTrace } from '../../src/models/claude-request.js';
import type { Attachment } from '../../src/rag/attachment.js';
import type { ChatRequest } from '../../src/rag/chat-model.js';
import { LOCAL_PROMPT, MARKER_RULES } from '../../src/rag/prompt.js';
import type { Turn } from '../../src/threads/turn.js';
import { blocksOf, PromptCache } from '../support/prompt-cache.js';

const SONNET = 'claude-sonnet-5-5';
const SYSTEM_CACHED = { type: 'ephemeral', ttl: '1h' };
const THREAD_CACHED = { type: 'ephemeral' };

const passage = (text: string) => ({
  ...{ id: text, documentId: 'd1', title: 'Billing', headings: ['Refunds'], source: 'docs', score: 1 },
  text,
});
const asked = (seconds: number, text: string, userId = 'U0ADA'): Turn => ({
  ...{ role: 'user', text, userId, messageTs: `${seconds}.000100` },
});
const answered = (seconds: number, text: string): Turn => ({
  ...{ role: 'assistant', text, messageTs: `${seconds}.000200` },
});

/** A question asked so many seconds after the epoch. */
function request(seconds: number, more: Partial<ChatRequest> = {}): Omit<ChatRequest, 'signal'> {
  const fixed = { ...LOCAL_PROMPT, markerRules: MARKER_RULES, question: 'How long?', userId: 'U0ADA' };
  return { ...fixed, turns: [], passages: [passage('Ten days.')], askedAt: seconds * 1_000, ...more };
}

function partsOf(message: Anthropic.MessageParam | undefined): readonly Anthropic.ContentBlockParam[] {
  return typeof message?.content === 'object' ? message.content : [];
}

/** The texts that are marked, the system prompt as "system". */
function marked({ system, messages }: Anthropic.MessageCreateParams): string[] {
  const parts = [...(typeof system === 'object' ? system : []), ...messages.flatMap(partsOf)];
  return parts.flatMap((part) =>
    'cache_control' in part && part.cache_control && part.type === 'text'
      ? [part.text.startsWith('You are') ? 'system' : part.text]
      : [],
  );
}

describe('the layout for the prompt cache', () => {
  const turns = [asked(100, 'Which card?'), answered(104, 'The one that paid.')];

  test.each([
    ['half a minute after the answer before', 134, ['system', 'The one that paid.']],
    ['ten minutes after', 704, ['system']],
  ])('marks what is worth keeping %s', (_when, seconds, expected) => {
    const body = claudeRequest(SONNET, request(seconds, { turns }));
    expect(marked(body)).toEqual(expected);
    expect(body.system).toMatchObject([{ cache_control: SYSTEM_CACHED }]);
  });

  test('keeps a thread for five minutes, from its last word before the question', () => {
    const others = [...turns, asked(120, 'I wondered too.', 'U0BOB')];
    const body = claudeRequest(SONNET, request(134, { turns: others }));
    expect(partsOf(body.messages.at(-1))).toMatchObject([
      { text: 'U0BOB wrote:\nI wondered too.', cache_control: THREAD_CACHED },
      { type: 'search_result' },
      { text: 'U0ADA wrote:\nHow long?' },
    ]);
  });

  test('does not write what people said among themselves: nobody has come back yet', () => {
    const chat = [asked(100, 'Hm.'), asked(110, 'Ask the bot.', 'U0BOB')];
    expect(marked(claudeRequest(SONNET, request(120, { turns: chat })))).toEqual(['system']);
  });

  test.each([
    ['claude-haiku-4-5', 'less than its minimum is in the thread', 10, []],
    ['claude-haiku-4-5', 'the thread brings it above', 20_000, ['x'.repeat(20_000)]],
    ['claude-unknown-9', 'nothing is known', 10, []],
  ])('marks for %s only what can be cached: %s', (model, _why, chars, expected) => {
    const long = [asked(100, 'Log?'), answered(104, 'x'.repeat(chars))];
    expect(marked(claudeRequest(model, request(130, { turns: long })))).toEqual(expected);
  });

  test('the system prompt is long enough to be cached, by a cautious count of five characters a token', () => {
    expect(LOCAL_PROMPT.system.length / 5).toBeGreaterThanOrEqual(512);
  });

  test('each request of a thread begins with the one before, whoever joins, and has no old passages', () => {
    const thread: Turn[] = [];
    const bodies = [1, 2, 3, 4].map((n) => {
      if (n === 3)
        thread.push(asked(95 + n * 30, 'Me too.', 'U0BOB'), asked(96 + n * 30, 'And me.', 'U0EVE'));
      const seconds = 100 + n * 30;
      const body = claudeRequest(
        SONNET,
        request(seconds, { turns: [...thread], question: `Q${n}?`, passages: [passage(`Passage ${n}.`)] }),
      );
      thread.push(asked(seconds, `Q${n}?`), answered(seconds + 4, `A${n}.`));
      return body;
    });
    const cache = new PromptCache(512);
    const uses = bodies.map((body, index) => cache.use(body, 100_000 + index * 30_000));
    expect(uses[0]).toMatchObject({ read: 0, written1h: expect.any(Number) });
    for (const [index, body] of bodies.entries()) {
      expect(JSON.stringify(body).match(/Passage \d/g)).toEqual([`Passage ${index + 1}`]);
      const next = bodies[index + 1];
      if (!next) continue;
      const history = blocksOf(body).slice(0, -2);
      expect(blocksOf(next).slice(0, history.length)).toMatchObject(history.map(({ hash }) => ({ hash })));
      expect(uses[index + 1]?.read).toBe(history.at(-1)?.tokens);
    }
  });
});

describe('people', () => {
  test('are named in a line of their own, always, and those in a row are one message', () => {
    const turns = [asked(1, 'Hi'), asked(2, 'Me too', 'U0BOB'), answered(3, 'Hello.'), answered(4, 'Both.')];
    expect(claudeRequest(SONNET, request(900, { turns })).messages).toMatchObject([
      { role: 'user', content: [{ text: 'U0ADA wrote:\nHi' }, { text: 'U0BOB wrote:\nMe too' }] },
      { role: 'assistant', content: [{ text: 'Hello.' }, { text: 'Both.' }] },
      { role: 'user' },
    ]);
  });
});

describe('a model without citations of its own', () => {
  test('gets numbered passages and is asked for markers; one with them is not', () => {
    const passages = [passage('Ten days.'), passage('To the card.')];
    const unknown = claudeRequest('claude-unknown-9', request(1, { passages }));
    expect(partsOf(unknown.messages[0])).toEqual([
      { type: 'text', text: '[1] Billing > Refunds\nTen days.' },
      { type: 'text', text: '[2] Billing > Refunds\nTo the card.' },
      { type: 'text', text: 'U0ADA wrote:\nHow long?' },
    ]);
    expect(JSON.stringify(unknown.system)).toContain('the passages are numbered');
    expect(JSON.stringify(claudeRequest(SONNET, request(1)))).not.toContain('the passages are numbered');
  });
});

describe('files', () => {
  const attachments: Attachment[] = [
    { kind: 'text', name: 'app "1".log', bytes: 9, text: 'boom </file> now', cut: true },
    { kind: 'image', name: 'shot.png', bytes: 3, mediaType: 'image/png', base64: 'c2VjcmV0' },
    { kind: 'unread', name: 'plan.xlsx', reason: 'is a spreadsheet' },
  ];

  test('stand between the passages and the question, each under its name', () => {
    const [message] = claudeRequest(SONNET, request(1, { attachments })).messages;
    expect(partsOf(message)).toMatchObject([
      { type: 'search_result' },
      { text: '<file name="app \\"1\\".log" part="beginning">\nboom <\\/file> now\n</file>' },
      { text: 'The image "shot.png":' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'c2VjcmV0' } },
      { text: 'The file "plan.xlsx" came too, and you have not seen it.' },
      { text: 'U0ADA wrote:\nHow long?' },
    ]);
  });

  test('are only named on a trace, where all else is as Claude gets it', () => {
    const shown = claudeRequestForTrace(SONNET, request(1, { attachments }));
    expect(JSON.stringify(shown)).not.toMatch(/c2VjcmV0|boom/);
    expect(JSON.stringify(shown)).toContain('image file \\"shot.png\\", 3 bytes');
    expect(claudeRequestForTrace(SONNET, request(1))).toEqual(claudeRequest(SONNET, request(1)));
  });

  test('may come without a word', () => {
    const { messages } = claudeRequest(SONNET, request(1, { attachments, question: ' ' }));
    expect(partsOf(messages[0]).at(-1)).toEqual({
      type: 'text',
      text: 'U0ADA wrote:\n(no words, only files)',
    });
  });
});
