import type { Config } from '../config.js';
import type { Database } from '../database/database.js';
import type { ChunkStore } from '../knowledge/chunk-store.js';
import { documentTitles } from '../knowledge/document-titles.js';
import type { Log } from '../logger.js';
import type { Mode } from '../modes.js';
import type { Answer } from '../rag/answer.js';
import type { AnswerQuestion } from '../slack/answer-question.js';
import type { Installation } from '../slack/connection/installation.js';
import { createShowPrivately } from '../slack/connection/response-url.js';
import type { SlackBudget } from '../slack/connection/slack-budget.js';
import type { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import type { Journal } from '../slack/intake/journal.js';
import type { JournaledApp } from '../slack/intake/journaled-app.js';
import type { ConversationKinds } from '../slack/people/conversation-kinds.js';
import type { FindChannel } from '../slack/people/find-channel.js';
import type { FindMember } from '../slack/people/find-member.js';
import type { WhoMayAsk } from '../slack/people/who-may-ask.js';
import { showAppHome } from '../slack/surfaces/app-home.js';
import type { Notice } from '../slack/surfaces/notice.js';
import { PrivateAnswers } from '../slack/surfaces/private-answers.js';
import { shareQuestion } from '../slack/surfaces/share-question.js';
import { addSurfaces } from '../slack/surfaces/surfaces.js';

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
  readonly access: Pick<Config['access'], 'followUps'>;
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
    showHome: (opened) => showAppHome({ ...parts, ...parts.access, findDocuments }, opened),
  });
  return privateAnswers;
}
