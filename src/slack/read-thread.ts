import type { WebClient } from '@slack/web-api';
import type { Turn } from '../threads/turn.js';
import { patiently } from './patiently.js';
import { type Question, withoutMention } from './question.js';

/** About 8,000 tokens at four characters a token. */
const BUDGET_CHARS = 32_000;
/** Slack's most. It gives a thread from its beginning, so all of it is read to know its end. */
const PAGE_SIZE = 1_000;
/** 20,000 messages: of a longer thread the newest are missing. */
const MAX_PAGES = 20;
/** A rate limit that is longer costs the answer: the asker is told, with a reference. */
const MAX_WAIT_MS = 10_000;

type Reply = {
  ts?: string | undefined;
  user?: string | undefined;
  text?: string | undefined;
  bot_id?: string | undefined;
};

/**
 * The thread before a question, oldest first. Slack is the memory: nothing is stored here.
 *
 * A root message without a thread costs no call. The newest messages are kept within the budget, and the thread's first
 * message always. @throws whatever the Web API throws.
 */
export async function readThread(client: WebClient, question: Question, botUserId: string): Promise<Turn[]> {
  if (!question.isReply) return [];
  const turns = new Map<string, Turn>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const args = {
      channel: question.thread.channelId,
      ts: question.thread.threadTs,
      latest: question.key.messageTs,
    };
    const next = { ...args, limit: PAGE_SIZE, ...(cursor && { cursor }) };
    const { messages = [], response_metadata } = await patiently(
      () => client.conversations.replies(next),
      MAX_WAIT_MS,
    );
    // By timestamp, because every page begins with the thread's first message again.
    for (const message of messages) {
      if (isBefore(message, question)) turns.set(message.ts ?? '', turnOf(message, botUserId));
    }
    cursor = response_metadata?.next_cursor || undefined;
    if (!cursor) break;
  }
  return withinBudget([...turns.values()].filter(({ text }) => text !== ''));
}

function isBefore({ ts }: Reply, { key }: Question): boolean {
  return ts !== undefined && ts < key.messageTs;
}

function turnOf({ ts = '', user, text = '', bot_id }: Reply, botUserId: string): Turn {
  const isOwn = user === botUserId;
  const readable = withoutMention(text, botUserId);
  return isOwn
    ? { role: 'assistant', text: readable, messageTs: ts }
    : { role: 'user', text: readable, userId: user ?? bot_id, messageTs: ts };
}

function withinBudget(turns: readonly Turn[]): Turn[] {
  const [root, ...replies] = turns;
  if (!root) return [];
  let left = BUDGET_CHARS - root.text.length;
  const kept: Turn[] = [];
  for (const turn of replies.reverse()) {
    left -= turn.text.length;
    if (left < 0) break;
    kept.unshift(turn);
  }
  return [root, ...kept];
}
