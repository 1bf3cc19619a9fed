import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { Turn } from '../../threads/turn.js';
import type { Installation } from '../connection/installation.js';
import { patiently } from '../connection/patiently.js';
import { retryAfterMs } from '../connection/slack-errors.js';
import type { Question } from '../intake/question.js';
import { turnOf } from './turn-of.js';

/** Slack's most. It gives a thread from its beginning, so all of it is read to know its end. */
const PAGE_SIZE = 1_000;
/** 20,000 messages: of a longer thread the newest are missing. */
const MAX_PAGES = 20;
/** A rate limit that is longer is not waited for. */
const MAX_WAIT_MS = 10_000;

export interface ReadThreadOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly log: Log;
}

/**
 * The whole thread before a question, oldest first. Slack is the memory: nothing is stored here. A root message costs no
 * call.
 *
 * Slack gives apps that are sold outside its Marketplace 15 messages a minute. An answer that knows a part of the thread is
 * worth more than none, so what cannot be read within `MAX_WAIT_MS` is left out, and a turn says so to the model.
 * @param onPerson hears of everybody who wrote in it; apps are not people
 * @throws whatever else the Web API throws.
 */
export async function readThread(
  { client, installation, log }: ReadThreadOptions,
  question: Question,
  onPerson: (userId: string) => void = () => {},
): Promise<Turn[]> {
  if (!question.isReply) return [];
  const turns = new Map<string, Turn>();
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MAX_PAGES && (page === 0 || cursor); page += 1) {
      const { messages = [], response_metadata } = await repliesPage(client, question, cursor);
      for (const message of messages) {
        const { ts = '', user, bot_id } = message;
        if (user && !bot_id && user !== installation.botUserId && ts < question.key.messageTs) onPerson(user);
        const turn = turnOf(message, installation);
        // By timestamp, because every page begins with the thread's first message again.
        if (turn && turn.messageTs < question.key.messageTs) turns.set(turn.messageTs, turn);
      }
      cursor = response_metadata?.next_cursor;
    }
  } catch (error) {
    if (retryAfterMs(error) === undefined) throw error;
    log.warn({ messages: turns.size }, 'Slack limits the reading of threads: this answer knows a part of it');
    return [...turns.values(), notRead(question)];
  }
  return [...turns.values()];
}

function repliesPage(client: WebClient, { thread, key }: Question, cursor: string | undefined) {
  const where = { channel: thread.channelId, ts: thread.threadTs, latest: key.messageTs };
  return patiently(
    () => client.conversations.replies({ ...where, limit: PAGE_SIZE, ...(cursor && { cursor }) }),
    MAX_WAIT_MS,
  );
}

/** A turn that nobody wrote, so without a user. */
function notRead({ key }: Question): Turn {
  return { role: 'user', text: '[later messages could not be read]', messageTs: key.messageTs };
}
