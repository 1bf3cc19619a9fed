import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.js';
import { instanceId } from './database/instance-id.js';
import { createJournal } from './database/journal.js';
import { journalMigrations } from './database/migrations/journal.js';
import { openDatabase } from './database/open-database.js';
import { ChunkStore } from './knowledge/chunk-store.js';
import { embeddingModelName } from './knowledge/embedder.js';
import { ingestInChild } from './knowledge/ingest-in-child.js';
import { keepRefreshed } from './knowledge/keep-refreshed.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from './knowledge/migrations.js';
import { keepOwnDocs, type OwnDocs } from './knowledge/own-docs.js';
import { createSearch } from './knowledge/search.js';
import type { Log } from './logger.js';
import { type AnthropicSettings, createAnthropicClient } from './models/anthropic-client.js';
import { createClaude } from './models/claude.js';
import { claudeRequest } from './models/claude-request.js';
import { createExtractive } from './models/extractive.js';
import { createOpenAiEmbed } from './models/openai-embeddings.js';
import { createNetwork } from './network.js';
import { createAnswer } from './rag/answer.js';
import type { ChatModel } from './rag/chat-model.js';
import { createGenerator } from './rag/generator.js';
import { createRetriever } from './rag/retriever.js';
import { AnswerQuestion } from './slack/answer-question.js';
import { connectionFor, type Transport, verified } from './slack/connect-slack.js';
import { readInstallation } from './slack/installation.js';
import type { OpenQuestion } from './slack/journal.js';
import { JournaledApp } from './slack/journaled-app.js';
import { addListeners } from './slack/listeners.js';
import { resumeQuestions } from './slack/resume-questions.js';
import { startUpkeep } from './slack/upkeep.js';
import { createWebClient, slackLogger, webClientOptions } from './slack/web-client.js';
import { createLangSmithClient } from './tracing/client.js';
import { callAnthropic } from './tracing/runs/call-anthropic.js';
import { extractAnswer } from './tracing/runs/extract-answer.js';
import { generateResponse } from './tracing/runs/generate-response.js';
import { langsmithRag } from './tracing/runs/langsmith-rag.js';
import { retrieveDocuments } from './tracing/runs/retrieve-documents.js';
import { createTracer, type Tracer } from './tracing/tracer.js';

export interface BotOptions {
  readonly log: Log;
  /** The interface that the Events API is served on. @default every one */
  readonly host?: string;
  /** Where the journal is kept, in a file. @default as everything: in config.dataDir, or in Postgres */
  readonly journalDir?: string;
  /** The product's own documentation, to answer from while there is nothing else. */
  readonly ownDocs?: OwnDocs;
}

export interface Bot {
  readonly teamName: string;
  /** Begins to take events; resolves to where. */
  start(): Promise<string>;
  /** Takes no more events, finishes what is at work within `shutdownTimeoutMs`, sends the traces, closes the stores. */
  stop(): Promise<void>;
}

const EMPTY_INDEX =
  'I have no documents yet, so I cannot answer. An admin can give me some with `npm run ingest -- <folder>`; I see them without a restart.';

/** Builds every part once and joins them. Read this to see the whole, the shape of a trace included. */
export async function createBot(
  config: Config,
  { log, host, ownDocs, journalDir }: BotOptions,
): Promise<Bot> {
  const { slack } = config;
  if (!slack)
    throw new Error(
      'createBot must be given config.slack, got none: without a workspace start the playground',
    );

  const network = createNetwork(config.network);
  const clientSettings = { apiUrl: slack.apiUrl, fetch: network.leanFetch, log };
  const client = createWebClient({ botToken: slack.botToken, ...clientSettings });
  const installation = await verified(client, readInstallation);
  const { botUserId, botId, teamId } = installation;

  const tracer = createTracer(
    config.langsmith && {
      client: createLangSmithClient({ ...config.langsmith, fetch: network.fetch, log }),
      projectName: config.langsmith.project,
    },
  );
  const knowledge = await openDatabase(config, KNOWLEDGE_FILE, knowledgeMigrations);
  const chunks = new ChunkStore(knowledge);
  if (config.openai) await chunks.checkEmbeddingModel(embeddingModelName(config.openai));
  for (const { path, reason } of await keepOwnDocs(chunks, ownDocs))
    log.warn({ path, reason }, 'document not indexed');
  const journalIn = journalDir === undefined ? config : { dataDir: journalDir };
  // Of its own in Postgres too: a claim must not wait for a connection behind an ingest.
  const journalDatabase = await openDatabase(journalIn, 'journal.db', journalMigrations);
  const owner = `${await instanceId(config.dataDir)}/${teamId}`;
  const journal = createJournal(journalDatabase, { owner });

  const embed = config.openai && createOpenAiEmbed({ ...config.openai, fetch: network.fetch });
  const extractive = (label: string) => tracer.tracedStream(extractAnswer, createExtractive({ label }));
  const model = config.anthropic
    ? claude({ ...config.anthropic, fetch: network.fetch }, tracer)
    : extractive('No language model is set up: these are the passages that fit best.');

  const retrieve = tracer.traced(
    retrieveDocuments,
    createRetriever({
      search: createSearch(chunks, {
        ...(config.openai && { embeddingModel: embeddingModelName(config.openai) }),
        onMismatch: (error) => log.warn({}, error.message),
      }),
      embed,
      onDegraded: (error) => log.warn({ err: error }, 'embeddings failed: this search used keywords alone'),
    }),
  );
  const generate = tracer.tracedStream(
    generateResponse,
    createGenerator({
      model,
      standIn: extractive('Claude cannot be reached right now: these are the passages that fit best.'),
      onModelFailure: (error) => log.warn({ err: error }, 'Claude failed'),
    }),
  );
  const answer = tracer.tracedStream(
    langsmithRag,
    createAnswer({ retrieve, generate, emptyIndexText: EMPTY_INDEX }),
  );

  const answers = new AnswerQuestion({ client, installation, journal, answer, botVersion: version(), log });
  const transport: Transport = slack.kind === 'http' ? { ...slack, host } : slack;
  const connection = connectionFor(transport, { ...clientSettings, dispatcher: network.specialDispatcher });
  const app = new JournaledApp({
    app: {
      receiver: connection.receiver,
      authorize: async () => ({ botToken: slack.botToken, botUserId, ...(botId && { botId }) }),
      clientOptions: webClientOptions(clientSettings),
      logger: slackLogger(log),
      convoStore: false,
      extendedErrorHandler: true,
    },
    journal,
    botUserId,
  });
  addListeners(app, { answers, sendFeedback: tracer.feedback, botUserId, log });

  const resume = (open: readonly OpenQuestion[]) =>
    resumeQuestions({ client, installation, journal, answers, log }, open);
  let endUpkeep = () => {};
  let endRefreshing = async () => {};

  return {
    teamName: installation.teamName,

    async start() {
      // Before the first event: what comes in now must not count as left behind.
      const left = await journal.takeOver({ all: true });
      const address = await connection.listen();
      resume(left);
      endUpkeep = startUpkeep({ journal, answers, resume, log });
      if (config.ingestEveryMs !== undefined) endRefreshing = refreshing(config.ingestEveryMs, chunks, log);
      return address;
    },

    async stop() {
      endUpkeep();
      const closed = Promise.allSettled([connection.close(), endRefreshing()]);
      await answers.finish(config.shutdownTimeoutMs);
      await closed;
      if (!(await tracer.flush())) log.warn({}, 'not every trace reached LangSmith before the end');
      await Promise.allSettled([journalDatabase.close(), knowledge.close()]);
      await network.close();
    },
  };
}

/** Its run shows the request as Claude got it. */
function claude(
  { model, ...settings }: AnthropicSettings & { readonly model: string },
  tracer: Tracer,
): ChatModel {
  const spec = callAnthropic({ model, request: (request) => claudeRequest(model, request) });
  return tracer.tracedStream(spec, createClaude({ client: createAnthropicClient(settings), model }));
}

/** Keeps the documents fresh beside the answers. Returns its end. */
function refreshing(everyMs: number, store: ChunkStore, log: Log): () => Promise<void> {
  const script = fileURLToPath(new URL(`./cli/ingest${extname(import.meta.url)}`, import.meta.url));
  return keepRefreshed({
    everyMs,
    sources: () => store.sources(),
    refresh: (names, signal) => ingestInChild(names, signal, { script, log }),
    onError: (error) => log.warn({ err: error }, 'the documents were not refreshed; it is tried again'),
  });
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : '0';
}
