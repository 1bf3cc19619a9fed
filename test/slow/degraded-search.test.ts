import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/open-database.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { embeddingModelName } from '../../src/knowledge/embedder.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../src/knowledge/migrations.js';
import type { Source } from '../../src/knowledge/source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';
import { createOpenAiEmbed } from '../../src/models/openai-embeddings.js';
import { type EmbeddingsDouble, startEmbeddingsDouble } from '../support/embeddings-double.js';
import { wordEmbedder } from '../support/ingest-fixture.js';
import { newDirectory } from '../support/new-directory.js';
import { startWorld, type World } from '../support/world.js';

const SETTINGS = { apiKey: 'sk-test', model: 'text-embedding-3-small', dimensions: 64 };
const FIXTURES: Source = {
  name: 'fixtures',
  kind: 'folder',
  location: fileURLToPath(new URL('../fixtures/docs/', import.meta.url)),
  options: {},
};

describe('an answer while the embedding service fails', () => {
  let embeddings: EmbeddingsDouble;
  let world: World;
  beforeAll(async () => {
    embeddings = await startEmbeddingsDouble();
    const openai = { ...SETTINGS, baseUrl: embeddings.baseUrl };
    world = await startWorld({ documents: 'none', config: (config) => ({ ...config, openai }) });
    const database = await openDatabase(world.config, KNOWLEDGE_FILE, knowledgeMigrations);
    const embedder = {
      model: embeddingModelName(openai),
      embed: createOpenAiEmbed({ ...openai, fetch }),
    };
    await ingestSource(new ChunkStore(database), FIXTURES, await loadSource(FIXTURES), { embedder });
    await database.close();
  });
  afterAll(async () => {
    await world.close();
    await embeddings.close();
  });

  /** Asks, and returns what the trace's retriever run shows. */
  async function retrievalOf(text: string) {
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text });
    const answer = await world.answerTo(message);
    const [turn] = await world.traces(message);
    const run = turn?.children.find((child) => child.run.name === 'retrieve_documents')?.run;
    return { answer, metadata: run?.metadata, documents: run?.outputs?.documents };
  }
  const refund = expect.objectContaining({ page_content: expect.stringContaining('ten working days') });

  it('comes by keywords, says so in its trace, and is by both again when the service is back', async () => {
    embeddings.status = 500;
    const degraded = await retrievalOf('how long does a refund take?');
    expect(JSON.stringify(degraded.answer)).toContain('Within ten working days.');
    expect(degraded.metadata).toMatchObject({ retrieval_mode: 'keyword', embeddings_failed: true });
    expect(degraded.documents).toContainEqual(refund);
    expect(world.logged).toContainEqual(
      expect.objectContaining({ msg: expect.stringContaining('embeddings failed') }),
    );

    embeddings.status = 200;
    const whole = await retrievalOf('how long does a refund take?');
    expect(whole.metadata).toMatchObject({ retrieval_mode: 'hybrid' });
    expect(whole.metadata).not.toHaveProperty('embeddings_failed');
    expect(whole.documents).toContainEqual(refund);
  });

  it('does not touch a question that was embedded before', async () => {
    await retrievalOf('which events does a webhook send?');
    const asked = embeddings.texts.length;
    embeddings.status = 500;
    const { metadata } = await retrievalOf('which events does a webhook send?');
    expect(metadata).toMatchObject({ retrieval_mode: 'hybrid' });
    expect(embeddings.texts).toHaveLength(asked);
  });
});

describe('a bot whose index another model embedded', () => {
  it('starts, says what to do, and answers by keywords', async () => {
    const dataDir = await newDirectory();
    const database = await openDatabase({ dataDir }, KNOWLEDGE_FILE, knowledgeMigrations);
    const embedder = wordEmbedder('older-model (64 dimensions)');
    await ingestSource(new ChunkStore(database), FIXTURES, await loadSource(FIXTURES), { embedder });
    await database.close();

    const embeddings = await startEmbeddingsDouble();
    onTestFinished(() => embeddings.close());
    const openai = { ...SETTINGS, baseUrl: embeddings.baseUrl };
    const world = await startWorld({
      documents: 'none',
      config: (config) => ({ ...config, dataDir, openai }),
    });
    onTestFinished(() => world.close());
    expect(world.logged).toContainEqual(
      expect.objectContaining({
        msg: expect.stringMatching(/by keywords alone: .*older-model.*text-embedding-3-small.*--re-embed/),
      }),
    );
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    expect(JSON.stringify(await world.answerTo(message))).toContain('Within ten working days.');
    const [turn] = await world.traces(message);
    const run = turn?.children.find((child) => child.run.name === 'retrieve_documents')?.run;
    expect(run?.metadata).toMatchObject({ retrieval_mode: 'keyword' });
  });
});
