import type { MessageKey, Thread } from '../../threads/thread.js';
import { type AttachedFile, attachedFileOf } from '../files/attached-file.js';
import { messageText } from '../reading/message-text.js';

/** A Slack message that is meant for the bot. */
export interface Question {
  readonly key: MessageKey;
  readonly thread: Thread;
  /** What was asked, readable, the mention of the bot taken out; may be empty. */
  readonly text: string;
  /** Missing in a few of Slack's events; streaming needs it. */
  readonly userId?: string | undefined;
  readonly userTeamId?: string | undefined;
  /** With another organisation (Slack Connect); only events say it. */
  readonly isSharedChannel?: boolean | undefined;
  /** Slack's word for the kind of the conversation ("channel", "group", "im", "mpim"); a mention's event has none. */
  readonly channelType?: string | undefined;
  /** A reply: the thread before it is read from Slack. */
  readonly isReply: boolean;
  /** Files that came with it, as far as the event names them. */
  readonly files: readonly AttachedFile[];
  /** Whether those are all: an `app_mention` names none, its `message` twin does. */
  readonly filesKnown: boolean;
}

/** Messages people write; every other subtype is a notice (edit, join, topic, bot message, …). */
const WRITTEN_BY_PEOPLE = new Set([undefined, 'file_share', 'thread_broadcast']);

/** The question in an Events API body, or undefined when it holds none. Takes any input without throwing. */
export function questionIn(body: unknown, botUserId: string): Question | undefined {
  const { event } = record(body) ?? {};
  const message = messageIn(body, event, botUserId);
  return message && isForBot(event, botUserId) ? message : undefined;
}

/** A message that a person wrote, for the bot or not; undefined for everything else. Takes any input without throwing. */
export function messageIn(body: unknown, given: unknown, botUserId: string): Question | undefined {
  const event = record(given);
  const tenantId = tenantOf(body);
  const channelId = string(event?.channel);
  const messageTs = string(event?.ts);
  if (!event || !tenantId || !channelId || !isTimestamp(messageTs)) return undefined;
  if (!isByPerson(event, botUserId)) return undefined;

  const threadTs = string(event.thread_ts) ?? messageTs;
  return {
    key: { tenantId, channelId, messageTs },
    thread: { tenantId, channelId, threadTs },
    text: messageText(event, botUserId),
    userId: string(event.user),
    userTeamId: string(event.user_team) ?? string(event.team),
    isSharedChannel: boolean(record(body)?.is_ext_shared_channel),
    channelType: string(event.channel_type),
    isReply: threadTs !== messageTs,
    files: filesIn(event),
    filesKnown: event.type === 'message' || Array.isArray(event.files),
  };
}

/** Whether a message is for the bot by itself: it names the bot, or it is a direct message. */
export function isForBot(given: unknown, botUserId: string): boolean {
  const event = record(given);
  if (event?.type === 'app_mention') return true;
  if (event?.type !== 'message') return false;
  const isDirect = event.channel_type === 'im' || string(event.channel)?.startsWith('D') === true;
  return isDirect || mentions(string(event.text) ?? '', botUserId);
}

/** Slack's "1700000000.123456". */
export function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,12}\.\d+$/.test(value);
}

/** The installation through which the event came: `event.team` can be the author's in Slack Connect. */
export function tenantOf(body: unknown): string | undefined {
  const envelope = record(body);
  const authorizations = envelope?.authorizations;
  const authorization = record(Array.isArray(authorizations) ? authorizations[0] : undefined);
  const enterprise = authorization?.is_enterprise_install === true && string(authorization.enterprise_id);
  return (
    enterprise ||
    string(envelope?.context_team_id) ||
    string(authorization?.team_id) ||
    string(envelope?.team_id)
  );
}

function isByPerson(event: Record<string, unknown>, botUserId: string): boolean {
  if (event.bot_id || event.hidden || event.user === botUserId) return false;
  return WRITTEN_BY_PEOPLE.has(string(event.subtype));
}

/** The message twin of an app_mention: whichever of the two arrives first is answered. */
function mentions(text: string, botUserId: string): boolean {
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}

function filesIn(event: Record<string, unknown>): AttachedFile[] {
  const files = Array.isArray(event.files) ? event.files : [];
  return files.flatMap((file) => attachedFileOf(file) ?? []);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function boolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
