import type { Database } from '../database/database.js';
import type { ChunkStore } from '../knowledge/chunk-store.js';
import { documentTitles } from '../knowledge/document-titles.js';
import type { Log } from '../logger.js';
import type { Mode } from '../modes.js';
import type { Answer } from '../rag/answer.js';
import type { AnswerQuestion } from '../slack/answer-question.js';
import { showAppHome } from '../slack/app-home.js';
import type { ConversationKinds } from '../slack/conversation-kinds.js';
import type { FindChannel } from '../slack/find-channel.js';
import type { FindMember } from '../slack/find-member.js';
import type { Installation } from '../slack/installation.js';
import type { Journal } from '../slack/journal.js';
import type { JournaledApp } from '../slack/journaled-app.js';
import type { Notice } from '../slack/notice.js';
import { PrivateAnswers } from '../slack/private-answers.js';
import { createShowPrivately } from '../slack/response-url.js';
import { shareQuestion } from '../slack/share-question.js';
import type { SlackBudget } from '../slack/slack-budget.js';
import { addSurfaces } from '../slack/surfaces.js';
import type { WatchedWebClient } from '../slack/watched-web-client.js';
import type { WhoMayAsk } from '../slack/who-may-ask.js';

export interface BotSurfaces {
  readonly client: WatchedWebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: AnswerQuestion;
  readonly answer: Answer;
  readonly findMember: FindMember;
  readonly findChannel: FindChannel;
  readonly kindsOf: ConversationKinds;
  readonly whoMayAsk: WhoMayAsk;
  readonly budget: SlackBudget;
  readonly chunks: ChunkStore;
  readonly knowledge: Database;
  readonly modes: readonly Mode[];
  readonly fetch: typeof globalThis.fetch;
  readonly botVersion: string;
  readonly notice: Notice;
  readonly log: Log;
}

/** Slack shows no more prompts. */
const SUGGESTED_TITLES = 4;

/** Builds and joins what answers beside the threads: command, shortcut, Home tab. Returns the answers to wait for at the end. */
export function addBotSurfaces(app: JournaledApp, parts: BotSurfaces): PrivateAnswers {
  const { chunks, knowledge, fetch } = parts;
  const show = createShowPrivately({ fetch });
  const privateAnswers = new PrivateAnswers({ ...parts, show });
  const findDocuments = async () => ({
    sources: await chunks.sources(),
    titles: await documentTitles(knowledge, SUGGESTED_TITLES),
  });
  addSurfaces(app, {
    ...parts,
    privateAnswers,
    show,
    share: (share) => shareQuestion(parts, share),
    showHome: (opened) => showAppHome({ ...parts, findDocuments }, opened),
  });
  return privateAnswers;
}
