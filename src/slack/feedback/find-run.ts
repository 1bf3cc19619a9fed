import type { WebClient } from '@slack/web-api';
import { sessionIdFor } from '../../threads/session-id.js';
import { patiently } from '../connection/patiently.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import type { Reply } from '../reading/read-replies.js';
import { buttonsIn } from '../reading/written-answer.js';
import { list, record, string } from '../unknown-json.js';
import type { Reactions } from './reaction-score.js';

export interface FindRunOptions {
  readonly client: WebClient;
  readonly budget: SlackBudget;
  readonly botUserId: string;
}

/** One of the bot's messages. */
export interface OwnMessagePlace {
  readonly tenantId: string;
  readonly channelId: string;
  readonly messageTs: string;
}

export interface FoundRun {
  readonly runId: string;
  /** Of the message's thread. */
  readonly sessionId: string;
  readonly threadTs: string;
  /** Who reacted to the message, and how. */
  readonly reactions: readonly Reactions[];
}

/** Rejects with whatever conversations.replies does. */
export type FindRun = (place: OwnMessagePlace) => Promise<FoundRun | undefined>;

const MAX_WAIT_MS = 10_000;
/** Behind an answer's file comes its last message; between them, people may write. */
const MOST_LATER = 20;

/**
 * The run that a message of the bot belongs to, read from Slack alone, so that neither a restart nor the message's age
 * matters: it is in the message's buttons. One call. Undefined for what is no answer. A file can carry no buttons: it
 * belongs to the message that ends its answer, for one call more.
 */
export async function findRun(
  options: FindRunOptions,
  place: OwnMessagePlace,
): Promise<FoundRun | undefined> {
  const { tenantId, channelId, messageTs } = place;
  // Given a reply's timestamp, Slack answers with that very reply.
  const [message] = (await read(options, channelId, messageTs, { limit: 1 })).filter(
    ({ ts }) => ts === messageTs,
  );
  if (!message || message.user !== options.botUserId) return undefined;
  const threadTs = message.thread_ts ?? messageTs;
  const runId =
    buttonsIn(message)?.runId ??
    (message.files && threadTs !== messageTs ? await behind(options, place, threadTs) : undefined);
  if (runId === undefined) return undefined;
  const reactions = list(message.reactions).map(reactionsOf);
  return { runId, sessionId: sessionIdFor({ tenantId, channelId, threadTs }), threadTs, reactions };
}

/** Answers of a thread are written one after the other: the next buttons behind a file are those of its answer. */
async function behind(
  options: FindRunOptions,
  { channelId, messageTs }: OwnMessagePlace,
  threadTs: string,
): Promise<string | undefined> {
  const later = await read(options, channelId, threadTs, { oldest: messageTs, limit: MOST_LATER });
  return later
    .filter(({ user, ts = '' }) => user === options.botUserId && ts > messageTs)
    .map((message) => buttonsIn(message)?.runId)
    .find((runId) => runId !== undefined);
}

async function read(
  { client, budget }: FindRunOptions,
  channel: string,
  ts: string,
  page: { readonly oldest?: string; readonly limit: number },
): Promise<Reply[]> {
  await budget.take('conversations.replies');
  const call = () => client.conversations.replies({ channel, ts, ...page });
  const { messages = [] } = await patiently(call, MAX_WAIT_MS);
  return messages;
}

function reactionsOf(given: unknown): Reactions {
  const { name, users, count } = record(given);
  const listed = list(users).map(string);
  return { name: string(name), users: listed, count: typeof count === 'number' ? count : listed.length };
}
