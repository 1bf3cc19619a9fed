import { readFileSync } from 'node:fs';
import { addBotSurfaces } from './bot/add-bot-surfaces.js';
import { addFeedback } from './bot/add-feedback.js';
import { openLangSmith } from './bot/open-langsmith.js';
import { refreshing } from './bot/refreshing.js';
import { weeklyGaps } from './bot/weekly-gaps.js';
import type { Config } from './config.js';
import { instanceId } from './database/instance-id.js';
import { createJournal } from './database/journal.js';
import { journalMigrations } from './database/migrations/journal.js';
import { openDatabase } from './database/open-database.js';
import { ChunkStore } from './knowledge/chunk-store.js';
import { embeddingModelName } from './knowledge/embedder.js';
import { readyVectors } from './knowledge/index/ready-vectors.js';
import { createSearch } from './knowledge/index/search.js';
import { SourceLeases } from './knowledge/ingest/source-leases.js';
import { createFileParser } from './knowledge/loaders/file-parser.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from './knowledge/migrations.js';
import { AddedDocuments } from './knowledge/sources/added-documents.js';
import { keepOwnDocs, type OwnDocs } from './knowledge/sources/own-docs.js';
import type { Log } from './logger.js';
import { type AnthropicSettings, createAnthropicClient } from './models/anthropic-client.js';
import { createClaude } from './models/claude.js';
import { claudeRequestForTrace } from './models/claude-request.js';
import { traitsOf } from './models/claude-traits.js';
import { completionParams, createCompletion } from './models/completion.js';
import { createExtractive } from './models/extractive.js';
import { createOpenAiEmbed } from './models/openai-embeddings.js';
import type { Mode } from './modes.js';
import { createNetwork } from './network.js';
import { type Answer, createAnswer } from './rag/answer.js';
import type { ChatModel } from './rag/chat-model.js';
import { type Complete, createCondense } from './rag/condense.js';
import { type FixedText, replyText } from './rag/fixed-text.js';
import { createGenerator } from './rag/generator.js';
import { createRetriever } from './rag/retriever.js';
import { isRemark } from './rag/small-talk.js';
import { AnswerQuestion } from './slack/answer-question.js';
import { createAdminProblems } from './slack/connection/admin-problems.js';
import { connectionFor, type Transport, verified } from './slack/connection/connect-slack.js';
import { readInstallation } from './slack/connection/installation.js';
import { SlackBudget } from './slack/connection/slack-budget.js';
import { SlackReach } from './slack/connection/slack-reach.js';
import { WatchedWebClient } from './slack/connection/watched-web-client.js';
import { slackLogger, webClientOptions } from './slack/connection/web-client.js';
import { createDownload } from './slack/files/download-file.js';
import { createReadFiles } from './slack/files/read-files.js';
import { createFollowUps } from './slack/intake/follow-ups.js';
import { JournaledApp } from './slack/intake/journaled-app.js';
import { addListeners } from './slack/intake/listeners.js';
import { Threads } from './slack/intake/threads.js';
import { Twins } from './slack/intake/twins.js';
import { startUpkeep } from './slack/intake/upkeep.js';
import { createConversationKinds } from './slack/people/conversation-kinds.js';
import { createFindChannel } from './slack/people/find-channel.js';
import { createFindMember } from './slack/people/find-member.js';
import { createWhoMayAsk } from './slack/people/who-may-ask.js';
import { Notice } from './slack/surfaces/notice.js';
import { callAnthropic } from './tracing/runs/call-anthropic.js';
import { condenseQuestion } from './tracing/runs/condense-question.js';
import { extractAnswer } from './tracing/runs/extract-answer.js';
import { generateResponse } from './tracing/runs/generate-response.js';
import { langsmithRag } from './tracing/runs/langsmith-rag.js';
import { retrieveDocuments } from './tracing/runs/retrieve-documents.js';
import type { Tracer } from './tracing/tracer.js';

export interface BotOptions {
  readonly log: Log;
  /** The interface that the Events API is served on. @default every one */
  readonly host?: string;
  /** Where the journal is kept, in a file. @default as everything: in config.dataDir, or in Postgres */
  readonly journalDir?: string;
  /** The product's own documentation, to answer from while there is nothing else. */
  readonly ownDocs?: OwnDocs;
  /** What each part runs on, for admins to see in Slack. @default nothing */
  readonly modes?: readonly Mode[];
  /** Milliseconds for which nothing is sent to LangSmith after failures. @default 30,000 */
  readonly tracesPauseMs?: number;
}

export interface Bot {
  readonly teamName: string;
  /** Takes documents while the bot runs. */
  readonly documents: AddedDocuments;
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
  { log, host, ownDocs, journalDir, modes = [], tracesPauseMs: pauseMs }: BotOptions,
): Promise<Bot> {
  const { slack } = config;
  if (!slack)
    throw new Error(
      'createBot must be given config.slack, got none: without a workspace start the playground',
    );

  const network = createNetwork(config.network);
  const clientSettings = { apiUrl: slack.apiUrl, fetch: network.leanFetch, log };
  const client = new WatchedWebClient(
    { botToken: slack.botToken, ...clientSettings },
    createAdminProblems({ log }),
  );
  const installation = await verified(client, readInstallation);
  const { botUserId, botId, teamId } = installation;

  const botVersion = version();
  const { tracer, langsmith, pulling, kindsMatter } = openLangSmith(config, {
    fetch: network.fetch,
    ...{ botVersion, pauseMs, log },
  });
  const knowledge = await openDatabase(config, KNOWLEDGE_FILE, knowledgeMigrations);
  const chunks = new ChunkStore(knowledge);
  if (config.openai) await readyVectors(chunks, embeddingModelName(config.openai), log);
  for (const { path, reason } of await keepOwnDocs(chunks, ownDocs))
    log.warn({ path, reason }, 'document not indexed');
  const journalIn = journalDir === undefined ? config : { dataDir: journalDir };
  // Of its own in Postgres too: a claim must not wait for a connection behind an ingest.
  const journalDatabase = await openDatabase(journalIn, 'journal.db', journalMigrations);
  const owner = `${await instanceId(config.dataDir)}/${teamId}`;
  const journal = createJournal(journalDatabase, { owner });

  const embed = config.openai && createOpenAiEmbed({ ...config.openai, fetch: network.fetch });
  const extractive = (label: FixedText) =>
    tracer.tracedStream(extractAnswer, createExtractive({ label: (question) => replyText(label, question) }));
  const model = config.anthropic
    ? claude({ ...config.anthropic, fetch: network.fetch }, tracer)
    : extractive('noModel');

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
      citations: config.anthropic && traitsOf(config.anthropic.model).citations,
      standIn: extractive('unreachable'),
      onModelFailure: (error) => log.warn({ err: error }, 'Claude failed'),
    }),
  );
  const condense = createCondense({
    complete: config.anthropic && condenser({ ...config.anthropic, fetch: network.fetch }, tracer),
    onFailure: (error) =>
      log.warn({ err: error }, 'follow-up not rewritten: it was searched for with the message before it'),
  });
  const tracedAnswer = tracer.tracedStream(
    langsmithRag,
    createAnswer({ condense, retrieve, generate, emptyIndexText: EMPTY_INDEX }),
  );
  const prompt = await pulling;
  // Chosen once: an answer in progress keeps its prompt.
  const answer: Answer = (request) => tracedAnswer({ ...request, prompt: prompt?.current() });

  const readFiles = createReadFiles({
    download: createDownload({ botToken: slack.botToken, apiUrl: slack.apiUrl, fetch: network.fetch }),
    parse: createFileParser(),
    unavailable: config.anthropic ? undefined : 'takes a language model, and none is set up',
    log,
  });
  const findMember = createFindMember({ client, installation });
  const findChannel = createFindChannel(client);
  const kindsOf = createConversationKinds({ findChannel, matters: kindsMatter, log });
  const reach = new SlackReach({ client });
  const whoMayAsk = createWhoMayAsk({ findMember, findChannel, reach, rules: config.access, log });
  const budget = new SlackBudget({ share: config.slackRateShare });
  const notice = new Notice({ journal, text: config.notice });
  const twins = new Twins();
  const answers = new AnswerQuestion({
    ...{ client, installation, journal, answer, readFiles, twins },
    ...{ budget, reach, whoMayAsk, kindsOf },
    fetch: network.fetch,
    notice,
    botVersion,
    log,
  });
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
    twins,
    isFollowUp: createFollowUps({ journal, mode: config.access.followUps, isRemark }),
    botUserId,
  });
  const privateAnswers = addBotSurfaces(app, {
    ...{ client, installation, journal, answers, answer, findMember, findChannel, whoMayAsk, budget },
    ...{ kindsOf, chunks, knowledge, modes, fetch: network.leanFetch, botVersion, notice, log },
    access: config.access,
  });
  const threads = new Threads({ client, installation, journal, answers, budget, reach, log });
  addListeners(app, { threads, botUserId, log });
  const votes = addFeedback(app, {
    ...{ client, installation, journal, findMember, kindsOf, budget, tracer, langsmith, log },
    ...{ ...config.langsmith, fetch: network.leanFetch },
  });

  let endUpkeep = () => {};
  let endWatch = () => {};
  let endGaps = () => {};
  let endRefreshing = async () => {};

  return {
    teamName: installation.teamName,
    documents: new AddedDocuments({
      store: chunks,
      leases: new SourceLeases(knowledge),
      embedder: config.openai && embed && { model: embeddingModelName(config.openai), embed },
      access: { fetch: network.fetch, publicFetch: network.publicFetch, services: config.services },
    }),

    async start() {
      // Before the first event: what comes in now must not count as left behind.
      const left = await journal.takeOver({ all: true });
      const address = await connection.listen();
      threads.resume(left);
      endUpkeep = startUpkeep({ journal, answers, resume: (open) => threads.resume(open), log });
      if (journalDatabase.dialect === 'postgres') endWatch = threads.watch();
      const channelId = config.langsmith?.gapsChannel;
      if (langsmith && channelId !== undefined)
        endGaps = weeklyGaps({
          database: journalDatabase,
          tenantId: teamId,
          channelId,
          client,
          langsmith,
          log,
        });
      if (config.ingestEveryMs !== undefined) endRefreshing = refreshing(config.ingestEveryMs, chunks, log);
      return address;
    },

    async stop() {
      endUpkeep();
      endWatch();
      endGaps();
      prompt?.stop();
      reach.close();
      const closed = Promise.allSettled([connection.close(), endRefreshing()]);
      await Promise.all([
        answers.finish(config.shutdownTimeoutMs),
        privateAnswers.finish(config.shutdownTimeoutMs),
        votes.finish(config.shutdownTimeoutMs),
      ]);
      await closed;
      if (!(await tracer.flush())) log.warn({}, 'not every trace was delivered before the end');
      await Promise.allSettled([journalDatabase.close(), knowledge.close()]);
      await network.close();
    },
  };
}

/** Its run shows the request as Claude got it, of files only their names. */
function claude(
  { model, ...settings }: AnthropicSettings & { readonly model: string },
  tracer: Tracer,
): ChatModel {
  const spec = callAnthropic({ model, request: (request) => claudeRequestForTrace(model, request) });
  return tracer.tracedStream(spec, createClaude({ client: createAnthropicClient(settings), model }));
}

/** The small model that rewrites follow-ups. */
function condenser(
  { condenseModel: model, ...settings }: AnthropicSettings & { readonly condenseModel: string },
  tracer: Tracer,
): Complete {
  const spec = condenseQuestion({ model, request: (request) => completionParams(model, request) });
  return tracer.traced(spec, createCompletion({ client: createAnthropicClient(settings), model }));
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : '0';
}
