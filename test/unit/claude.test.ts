import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClaude } from '../../src/models/claude.js';
import { claudeRequest } from '../../src/models/claude-request.js';
import type { ChatEvent, ChatRequest } from '../../src/rag/chat-model.js';
import { type ClaudeReplay, startClaudeReplay } from '../support/claude-replay.js';

const passage = {
  id: 'p1',
  documentId: 'd1',
  title: 'Billing',
  headings: ['Refunds'],
  text: 'A refund takes ten days.\n\nIt goes to the card that paid.',
  source: 'docs',
  score: 1,
};
const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  system: 'Be brief.',
  turns: [],
  question: 'How long?',
  askedAt: Date.UTC(2026, 10, 2),
  passages: [passage],
  signal: new AbortController().signal,
  ...more,
});

describe('claudeRequest', () => {
  test.each([
    ['claude-sonnet-5-5', { thinking: { type: 'between_tools' } }, ['temperature']],
    ['claude-haiku-5-5', { thinking: { type: 'disabled' } }, ['temperature']],
    ['claude-opus-5-5', { output_config: { effort: 'low' }, max_tokens: 8_192 }, ['thinking', 'temperature']],
    ['claude-sonnet-4-5-20250929', { temperature: 0 }, ['thinking']],
    [
      'claude-unknown-9',
      { max_tokens: 4_096 },
      ['thinking', 'temperature', 'top_p', 'top_k', 'output_config'],
    ],
  ])('%s gets only what it takes', (model, has, lacks) => {
    const body = claudeRequest(model, request());
    expect(body).toMatchObject(has);
    for (const name of lacks) expect(body).not.toHaveProperty(name);
  });

  test('gives each paragraph as a block of its own, which is what can be cited', () => {
    const [last] = claudeRequest('claude-sonnet-5-5', request()).messages;
    expect(last?.content).toEqual([
      {
        type: 'search_result',
        source: 'docs: Billing',
        title: 'Billing > Refunds',
        content: [
          { type: 'text', text: 'A refund takes ten days.' },
          { type: 'text', text: 'It goes to the card that paid.' },
        ],
        citations: { enabled: true },
      },
      { type: 'text', text: 'How long?' },
    ]);
  });

  test('begins the conversation with a user, and drops turns without text', () => {
    const turn = (role: 'user' | 'assistant', text: string) => ({ role, text, messageTs: '1.1' });
    const turns = [
      turn('assistant', 'Hello'),
      turn('user', ' '),
      turn('user', 'A?'),
      turn('assistant', 'B.'),
    ];
    const roles = (more: Partial<ChatRequest>) =>
      claudeRequest('claude-sonnet-5-5', request(more)).messages.map(({ role }) => role);
    expect(roles({ turns })).toEqual(['user', 'assistant', 'user']);
    expect(roles({ turns: [turn('assistant', 'Hello')] })).toEqual(['user']);
  });
});

describe('createClaude', () => {
  let replay: ClaudeReplay;
  let client: Anthropic;
  beforeAll(async () => {
    replay = await startClaudeReplay();
    client = new Anthropic({ apiKey: 'test', baseURL: replay.baseUrl, maxRetries: 0, logLevel: 'off' });
  });
  afterAll(() => replay.close());

  const ask = async (options: { idleMs?: number; signal?: AbortSignal } = {}) => {
    const { idleMs, signal } = options;
    const claude = createClaude({ client, model: 'claude-sonnet-5-5', ...(idleMs && { idleMs }) });
    const events: ChatEvent[] = [];
    for await (const event of claude(request(signal && { signal }))) events.push(event);
    return events;
  };

  test('says what it costs, streams text and citations, leaves thinking out, and ends with the message and its tokens', async () => {
    replay.reply([{ thinking: 'hm' }, 'Ten days.', { cite: 0 }, ' Bye.']);
    const events = await ask();
    expect(events.slice(0, 4)).toEqual([
      {
        type: 'begin',
        model: 'claude-sonnet-5-5',
        usage: { input: 900, cacheRead: 600, cacheWrite: 200, cacheWriteForHour: 150, output: 1 },
      },
      { type: 'text', text: 'Ten days.' },
      { type: 'citation', passage: 0, quote: 'A refund takes ten days.' },
      { type: 'text', text: ' Bye.' },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      message: {
        stopReason: 'end_turn',
        usage: { input: 900, cacheRead: 600, cacheWrite: 200, cacheWriteForHour: 150, output: 5 },
      },
    });
  });

  test('gives up a stream that falls silent, and closes the request', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    replay.reply(['Ten', { waitFor: held }]);
    await expect(ask({ idleMs: 100 })).rejects.toThrow('got silence');
    await expect.poll(() => replay.requests.at(-1)?.closed).toBe(true);
    release();
  });

  test.each([
    ['is cut', { cut: true } as const],
    ['breaks with an error', { error: 'overloaded_error' }],
  ])('rejects when the stream %s', async (_name, piece) => {
    replay.reply(['Ten', piece]);
    await expect(ask()).rejects.toThrow();
  });

  test('closes the request when it is aborted', async () => {
    const abort = new AbortController();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    replay.reply(['Ten', { waitFor: held }]);
    const asked = replay.requests.length;
    const answer = ask({ signal: abort.signal });
    await expect.poll(() => replay.requests.length).toBe(asked + 1);
    abort.abort(new Error('stopped by the user'));
    await expect(answer).rejects.toThrow('stopped by the user');
    await expect.poll(() => replay.requests.at(-1)?.closed).toBe(true);
    release();
  });
});
