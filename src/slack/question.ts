import type { MessageKey, Thread } from '../threads/thread.js';
import { readableText } from './readable-text.js';

/** A Slack message that is meant for the bot. */
export interface Question {
  readonly key: MessageKey;
  readonly thread: Thread;
  /** What was asked, readable, the mention of the bot taken out; may be empty. */
  readonly text: string;
  /** Missing in a few of Slack's events; streaming needs it. */
  readonly userId?: string | undefined;
  readonly userTeamId?: string | undefined;
  /** A reply: the thread before it is read from Slack. */
  readonly isReply: boolean;
  /** Files that came with it. `app_mention` never has any: its `message` twin does. */
  readonly files: readonly AttachedFile[];
}

export interface AttachedFile {
  readonly id: string;
  readonly name: string;
}

/** Messages people write; every other subtype is a notice (edit, join, topic, bot message, …). */
const WRITTEN_BY_PEOPLE = new Set([undefined, 'file_share', 'thread_broadcast']);

/** The question in an Events API body, or undefined when it holds none. Takes any input without throwing. */
export function questionIn(body: unknown, botUserId: string): Question | undefined {
  const event = record(record(body)?.event);
  const tenantId = tenantOf(body);
  const channelId = string(event?.channel);
  const messageTs = string(event?.ts);
  if (!event || !tenantId || !channelId || !messageTs || !/^\d{1,12}\.\d+$/.test(messageTs)) return undefined;
  if (!isForBot(event, channelId, botUserId)) return undefined;

  const threadTs = string(event.thread_ts) ?? messageTs;
  return {
    key: { tenantId, channelId, messageTs },
    thread: { tenantId, channelId, threadTs },
    text: withoutMention(string(event.text) ?? '', botUserId),
    userId: string(event.user),
    userTeamId: string(event.user_team) ?? string(event.team),
    isReply: threadTs !== messageTs,
    files: filesIn(event),
  };
}

/** The installation through which the event came: `event.team` can be the author's in Slack Connect. */
function tenantOf(body: unknown): string | undefined {
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

function isForBot(event: Record<string, unknown>, channelId: string, botUserId: string): boolean {
  if (event.bot_id || event.hidden || event.user === botUserId) return false;
  if (!WRITTEN_BY_PEOPLE.has(string(event.subtype))) return false;
  if (event.type === 'app_mention') return true;
  if (event.type !== 'message') return false;
  const isDirect = event.channel_type === 'im' || channelId.startsWith('D');
  return isDirect || mentions(string(event.text) ?? '', botUserId);
}

/** The message twin of an app_mention: whichever of the two arrives first is answered. */
function mentions(text: string, botUserId: string): boolean {
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}

export function withoutMention(text: string, botUserId: string): string {
  return readableText(text.replaceAll(new RegExp(`<@${botUserId}(\\|[^>]*)?>`, 'g'), ' '))
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

function filesIn(event: Record<string, unknown>): AttachedFile[] {
  const files = Array.isArray(event.files) ? event.files : [];
  return files.flatMap((file) => {
    const id = string(record(file)?.id);
    return id ? [{ id, name: string(record(file)?.name) ?? id }] : [];
  });
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
