import { describe, expect, it } from 'vitest';
import { TextRefusedError } from '../../src/errors.js';
import type { Embedder } from '../../src/knowledge/embedder.js';
import { EmbeddingRun } from '../../src/knowledge/ingest/embedding-run.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { embeddingError } from '../../src/models/embedding-error.js';
import { documentsOf, handbook, markdown, openStore, wordEmbedder } from '../support/ingest-fixture.js';

/** Refuses a request that holds such a text, as OpenAI does one that is too long. */
function pickyEmbedder(refuses: (text: string) => boolean): Embedder & { readonly asked: string[][] } {
  const { model, embed, asked } = wordEmbedder();
  return {
    model,
    asked,
    async embed(texts) {
      const made = await embed(texts);
      if (texts.some(refuses)) throw new TextRefusedError('400 maximum context length is 8192 tokens');
      return made;
    },
  };
}

describe('EmbeddingRun', () => {
  const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);

  it('embeds all but the text that is refused, with few requests', async () => {
    const embedder = pickyEmbedder((text) => text === 'text 41');
    const run = new EmbeddingRun(embedder);
    const vectors = await run.embed(texts);
    expect(vectors.flatMap((vector, index) => (vector ? [] : [index]))).toEqual([41]);
    expect(run.refusalOf('text 41')).toContain('8192 tokens');
    expect(run).toMatchObject({ failure: undefined, active: true, embedded: 99 });
    expect(embedder.asked.length).toBeLessThan(20);

    const before = embedder.asked.length;
    expect(await run.embed(['text 41'])).toEqual([undefined]);
    expect(embedder.asked).toHaveLength(before);
  });

  it('stops when it is not the text: everything is refused, or the service fails', async () => {
    const wrong = pickyEmbedder(() => true);
    const run = new EmbeddingRun(wrong);
    expect((await run.embed(texts)).filter(Boolean)).toEqual([]);
    expect(run.failure).toContain('8192 tokens');
    expect(run.refusalOf('text 0')).toBeUndefined();
    expect(wrong.asked).toHaveLength(2);

    const down = new EmbeddingRun({ model: 'm', embed: () => Promise.reject(new Error('503 busy')) });
    expect((await down.embed(texts)).filter(Boolean)).toEqual([]);
    expect(down).toMatchObject({ failure: '503 busy', active: false });
  });
});

describe('an ingest with a passage that the service does not take', () => {
  it('embeds the others, and names its document each time', async () => {
    const { store } = await openStore();
    const embedder = pickyEmbedder((text) => text.includes('endless'));
    const documents = () =>
      documentsOf(...['fine', 'endless', 'good'].map((word) => markdown(`${word}.md`, `# ${word}\n\nText`)));
    const failed = [
      { path: 'endless.md', reason: expect.stringMatching(/^one passage is found by keywords alone/) },
    ];
    expect(await ingestSource(store, handbook, documents(), { embedder })).toMatchObject({
      ...{ changed: 3, failed, chunksEmbedded: 2 },
    });
    expect(await store.counts()).toEqual({ chunks: 3, embedded: 2 });
    const again = await ingestSource(store, handbook, documents(), { embedder });
    expect(again).toMatchObject({ unchanged: 3, failed });
    expect(again).not.toHaveProperty('embeddingFailure');
  });
});

describe('embeddingError', () => {
  const failing = (message: string, more: object = {}) => Object.assign(new Error(message), more);

  it.each([
    [failing('400 too long', { status: 400 }), '400 too long'],
    [failing('400 maximum context length', { name: 'ContextOverflowError' }), '400 maximum context length'],
  ])("knows a text's fault (%#)", (cause, message) => {
    expect(embeddingError(cause, 1000)).toEqual(new TextRefusedError(message));
  });

  it.each([
    [
      failing('401 Incorrect API key provided.\n\nTroubleshooting URL: https://docs.langchain.com/x', {
        status: 401,
      }),
      '401 Incorrect API key provided: check OPENAI_API_KEY',
    ],
    [failing('503 busy', { status: 503 }), '503 busy'],
    [failing('Request timed out.', { name: 'TimeoutError' }), 'expected an answer within 20 s, got none'],
    [
      failing('Connection error.', {
        cause: failing('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      }),
      'Connection error: connect ECONNREFUSED',
    ],
  ])('says in a line what to do (%#)', (cause, message) => {
    const error = embeddingError(cause, 20_000);
    expect(error).not.toBeInstanceOf(TextRefusedError);
    expect(error.message).toBe(message);
  });
});
