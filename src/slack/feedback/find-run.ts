import type { WebClient } from '@slack/web-api';
import { sessionIdFor } from '../../threads/session-id.js';
import { patiently } from '../connection/patiently.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import { FEEDBACK_ACTION, parseFeedback } from '../delivery/blocks.js';
import { ANSWER_PART } from '../delivery/own-messages.js';
import { list, record, string } from '../unknown-json.js';

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
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
}

/** Rejects with whatever conversations.replies does. */
export type FindRun = (place: OwnMessagePlace) => Promise<FoundRun | undefined>;

type Fields = Readonly<Record<string, unknown>>;

const MAX_WAIT_MS = 10_000;
/** An answer has at most three messages; among them, people may write. */
const MOST_LATER = 20;
const RUN_ID = /^[0-9a-f-]{36}(?=:)/;

/**
 * The run that a message of the bot belongs to, read from Slack alone, so that neither a restart nor the message's age
 * matters. It is in its buttons, or in the metadata of a posted part; a streamed part of a long answer has neither, and the
 * answer's end is looked for below it. One or two calls. Undefined for what is no answer.
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
  const threadTs = string(message.thread_ts) || messageTs;
  const runId =
    runIdIn(message) ?? (threadTs === messageTs ? undefined : await below(options, place, threadTs));
  if (runId === undefined) return undefined;
  const reactions = list(message.reactions)
    .map(record)
    .map(({ name, users }) => ({ name: string(name), users: list(users).map(string) }));
  return { runId, sessionId: sessionIdFor({ tenantId, channelId, threadTs }), threadTs, reactions };
}

async function below(
  options: FindRunOptions,
  { channelId, messageTs }: OwnMessagePlace,
  threadTs: string,
): Promise<string | undefined> {
  const later = await read(options, channelId, threadTs, { oldest: messageTs, limit: MOST_LATER });
  return later
    .filter(({ user, ts }) => user === options.botUserId && string(ts) > messageTs)
    .map(runIdIn)
    .find((runId) => runId !== undefined);
}

async function read(
  { client, budget }: FindRunOptions,
  channel: string,
  ts: string,
  page: { readonly oldest?: string; readonly limit: number },
): Promise<Fields[]> {
  await budget.take('conversations.replies');
  const call = () => client.conversations.replies({ channel, ts, ...page, include_all_metadata: true });
  const { messages = [] } = await patiently(call, MAX_WAIT_MS);
  return messages.map(record);
}

function runIdIn({ blocks, metadata }: Fields): string | undefined {
  for (const block of list(blocks)) {
    for (const element of list(record(block).elements).map(record)) {
      if (element.action_id !== FEEDBACK_ACTION) continue;
      const vote = parseFeedback(string(record(element.positive_button).value));
      if (vote) return vote.runId;
    }
  }
  const { event_type, event_payload } = record(metadata);
  return event_type === ANSWER_PART ? RUN_ID.exec(string(record(event_payload).part))?.[0] : undefined;
}
