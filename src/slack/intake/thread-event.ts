import type { MessageKey, Thread } from '../../threads/thread.js';
import { record, string } from '../unknown-json.js';
import { isForBot, isTimestamp, messageIn, type Question, tenantOf } from './question.js';

/** What an event means for a thread. */
export type ThreadEvent =
  /** A person speaks to the bot: a mention, or anything in a direct message. */
  | { readonly type: 'question'; readonly question: Question }
  /** A person's reply in a channel's thread that does not name the bot. */
  | {
      readonly type: 'talk';
      readonly question: Question;
      /** It names somebody else, a group or the whole channel. */
      readonly toOthers: boolean;
    }
  /** A person changed the text of a message. */
  | {
      readonly type: 'edited';
      readonly question: Question;
      readonly isForBot: boolean;
      /** How long after the message, in milliseconds. */
      readonly afterMs: number;
    }
  | { readonly type: 'deleted'; readonly key: MessageKey; readonly thread: Thread }
  /** Slack's stop button. */
  | { readonly type: 'stopped'; readonly thread: Thread; readonly at: string };

/**
 * What an Events API body means for a thread, or undefined when it means nothing: messages of apps and of the bot itself,
 * notices, changes that nobody wrote (previews of links). Takes any input without throwing.
 */
export function threadEventIn(body: unknown, botUserId: string): ThreadEvent | undefined {
  const event = record(record(body).event);
  if (event.type === 'agent_session_stopped') return stopped(body, event);
  if (event.type === 'message' && event.subtype === 'message_changed') return changed(body, event, botUserId);
  if (event.type === 'message' && event.subtype === 'message_deleted')
    return deleted(body, event, event.previous_message, botUserId);

  const isQuestion = isForBot(event, botUserId);
  // Most of what a channel says is neither: it costs no reading of its text.
  const isReply = event.type === 'message' && event.thread_ts !== undefined && event.thread_ts !== event.ts;
  if (!isQuestion && !isReply) return undefined;
  const question = messageIn(body, event, botUserId);
  if (!question || isQuestion) return question && { type: 'question', question };
  return { type: 'talk', question, toOthers: NAMES_OTHERS.test(string(event.text)) };
}

/** The bot itself is not named: then it would be a question. */
const NAMES_OTHERS = /<@[UW][A-Z0-9]+|<!(?:here|channel|everyone|subteam\^)/;

type Fields = Readonly<Record<string, unknown>>;

function stopped(body: unknown, { channel, thread_ts, event_ts }: Fields): ThreadEvent | undefined {
  const tenantId = tenantOf(body);
  const channelId = string(channel);
  if (!tenantId || !channelId || !isTimestamp(thread_ts) || !isTimestamp(event_ts)) return undefined;
  return { type: 'stopped', thread: { tenantId, channelId, threadTs: thread_ts }, at: event_ts };
}

function changed(body: unknown, event: Fields, botUserId: string): ThreadEvent | undefined {
  const before = record(event.previous_message);
  const now = { ...record(event.message), channel: event.channel, channel_type: event.channel_type };
  // What Slack makes of a deleted message that has replies.
  if (record(now).subtype === 'tombstone') return deleted(body, event, before, botUserId);
  const message = { ...now, type: 'message' };
  const question = messageIn(body, message, botUserId);
  if (!question) return undefined;
  const previous = messageIn(body, { ...before, type: 'message', channel: event.channel }, botUserId);
  const wasForBot = isForBot({ ...message, text: before.text }, botUserId);
  const isNow = isForBot(message, botUserId);
  // Slack's previews of links, pins, replies and the like change a message too.
  if (previous?.text === question.text && wasForBot === isNow) return undefined;
  const editedTs = record(record(event.message).edited).ts ?? event.event_ts;
  const afterMs = isTimestamp(editedTs) ? (Number(editedTs) - Number(question.key.messageTs)) * 1_000 : 0;
  return { type: 'edited', question, isForBot: isNow, afterMs };
}

function deleted(
  body: unknown,
  event: Fields,
  previous: unknown,
  botUserId: string,
): ThreadEvent | undefined {
  const { type, ...before } = record(previous);
  const messageTs = event.deleted_ts ?? before.ts;
  const message = { ...before, type: 'message', channel: event.channel, ts: messageTs };
  const question = messageIn(body, message, botUserId);
  return question && { type: 'deleted', key: question.key, thread: question.thread };
}
