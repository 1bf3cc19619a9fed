import type { Log } from '../logger.js';
import type { Installation } from '../slack/connection/installation.js';
import { createShowPrivately } from '../slack/connection/response-url.js';
import type { SlackBudget } from '../slack/connection/slack-budget.js';
import type { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { addToDataset } from '../slack/feedback/add-to-dataset.js';
import { type FindRun, findRun } from '../slack/feedback/find-run.js';
import { addVoteListeners } from '../slack/feedback/vote-listeners.js';
import { Votes } from '../slack/feedback/votes.js';
import type { Journal } from '../slack/intake/journal.js';
import type { JournaledApp } from '../slack/intake/journaled-app.js';
import type { ConversationKinds } from '../slack/people/conversation-kinds.js';
import type { FindMember } from '../slack/people/find-member.js';
import { createMayViewTraces } from '../slack/people/may-view-traces.js';
import { openInLangSmith } from '../slack/surfaces/open-in-langsmith.js';
import type { LangSmithClient } from '../tracing/client.js';
import { TracedThreads } from '../tracing/traced-threads.js';
import type { Tracer } from '../tracing/tracer.js';
import { datasetOf } from './dataset-of.js';

export interface FeedbackParts {
  readonly client: WatchedWebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly findMember: FindMember;
  readonly kindsOf: ConversationKinds;
  readonly budget: SlackBudget;
  readonly tracer: Tracer;
  /** Absent: nothing is traced. */
  readonly langsmith: { readonly client: LangSmithClient; readonly projectName: string } | undefined;
  /** @default nobody beside the admins */
  readonly viewers?: readonly string[];
  /** @default "threadsmith-feedback" */
  readonly dataset?: string;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
}

/**
 * Joins what people think of answers with LangSmith, and lets those who look after them go on there. Returns the votes to wait
 * for at the end.
 */
export function addFeedback(app: JournaledApp, parts: FeedbackParts): Votes {
  const { client, installation, findMember, kindsOf, budget, tracer, langsmith, fetch, log } = parts;
  const { viewers = [], dataset = 'threadsmith-feedback' } = parts;
  const { botUserId } = installation;
  const show = createShowPrivately({ fetch });
  const mayViewTraces = createMayViewTraces(findMember, viewers);
  const find: FindRun = (place) => findRun({ client, budget, botUserId }, place);
  const direct = langsmith?.client.direct;
  const links = direct && new TracedThreads({ client: direct, projectName: langsmith.projectName });
  const add = direct && links && datasetOf({ client: direct, threads: links, dataset });
  const votes = new Votes({
    ...{ client, show, record: tracer, findRun: find, kindsOf, log },
    mayAddToDataset: async (userId) => add !== undefined && mayViewTraces(userId),
  });
  addVoteListeners(app, {
    votes,
    installation,
    show,
    openInLangSmith: (message) =>
      openInLangSmith({ ...parts, findRun: find, mayViewTraces, isTraced: tracer.traces, links }, message),
    addToDataset: (value, userId) => addToDataset({ mayViewTraces, add, log }, value, userId),
  });
  return votes;
}
