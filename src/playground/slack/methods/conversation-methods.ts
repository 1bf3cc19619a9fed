import { type Arguments, flagArgument, requiredString, stringArgument } from '../arguments.js';
import { visibleChannel } from '../find-channel.js';
import { messageJson } from '../message-json.js';
import type { Method } from '../method.js';
import type { Channel, Message } from '../model.js';
import { SlackError } from '../slack-error.js';
import type { Workspace } from '../workspace.js';

const REPLIES_PAGE = { usual: 1_000, most: 1_000 };
const HISTORY_PAGE = { usual: 100, most: 999 };

/** Oldest first; the root comes first on every page, also when a cursor or `oldest` is past it. */
const replies: Method = (call) => {
  const { workspace, args } = call;
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  if (!channel.members.has(workspace.botUserId)) throw new SlackError('channel_not_found');
  const rootTs = requiredString(args, 'ts');
  const root = workspace.message(channel.id, rootTs);
  const below = workspace.thread(channel.id, rootTs).slice(root ? 1 : 0);
  if (!root && below.length === 0) throw new SlackError('thread_not_found');
  const page = pageOf(below.filter(withinTimes(args)), args, REPLIES_PAGE, 1);
  const first = root ? messageJson(call, root) : tombstone(rootTs);
  return pageJson([first, ...page.messages.map((message) => messageJson(call, message))], page.nextCursor);
};

/** What is left of a deleted message that has replies. */
function tombstone(ts: string): Record<string, unknown> {
  const text = 'This message was deleted.';
  return { type: 'message', subtype: 'tombstone', hidden: true, user: 'USLACKBOT', ts, thread_ts: ts, text };
}

/** Newest first, without replies. */
const history: Method = (call) => {
  const { workspace, args } = call;
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  if (!channel.members.has(workspace.botUserId)) throw new SlackError('not_in_channel');
  const roots = workspace.messages(channel.id).filter(({ threadTs }) => threadTs === undefined);
  const page = pageOf(roots.filter(withinTimes(args)).reverse(), args, HISTORY_PAGE);
  return pageJson(
    page.messages.map((message) => messageJson(call, message)),
    page.nextCursor,
  );
};

const info: Method = ({ workspace, args }) => ({
  channel: channelJson(workspace, visibleChannel(workspace, requiredString(args, 'channel'))),
});

function withinTimes(args: Arguments): (message: Message) => boolean {
  const oldest = timeArgument(args, 'oldest') ?? 0;
  const latest = timeArgument(args, 'latest') ?? Number.POSITIVE_INFINITY;
  const inclusive = flagArgument(args, 'inclusive');
  return ({ ts }) => {
    const time = Number(ts);
    return (time > oldest && time < latest) || (inclusive && (time === oldest || time === latest));
  };
}

function timeArgument(args: Arguments, name: 'oldest' | 'latest'): number | undefined {
  const value = stringArgument(args, name);
  if (value === undefined || value === '') return undefined;
  if (!/^\d+(\.\d+)?$/.test(value)) throw new SlackError(`invalid_ts_${name}`);
  return Number(value);
}

/** @param besides how many of the first page's places something else takes. */
function pageOf(
  messages: readonly Message[],
  args: Arguments,
  { usual, most }: { readonly usual: number; readonly most: number },
  besides = 0,
): { messages: Message[]; nextCursor: string } {
  const limit = Number(stringArgument(args, 'limit') ?? usual);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new SlackError('invalid_arguments', `[ERROR] limit must be 1 to ${most}`);
  }
  const cursor = stringArgument(args, 'cursor') ?? '';
  const start = cursor === '' ? 0 : messages.findIndex(({ ts }) => cursorAt(ts) === cursor);
  if (start < 0) throw new SlackError('invalid_cursor');
  const page = messages.slice(start, start + limit - (cursor === '' ? besides : 0));
  const next = messages[start + page.length];
  return { messages: page, nextCursor: next ? cursorAt(next.ts) : '' };
}

const cursorAt = (ts: string): string => Buffer.from(`next_ts:${ts}`).toString('base64');

function pageJson(messages: readonly unknown[], nextCursor: string): Record<string, unknown> {
  const more = nextCursor === '' ? {} : { response_metadata: { next_cursor: nextCursor } };
  return { messages, has_more: nextCursor !== '', ...more };
}

function channelJson(workspace: Workspace, channel: Channel): Record<string, unknown> {
  const { id, name, kind, members, isExtShared = false, isArchived = false } = channel;
  const person = [...members].find((userId) => userId !== workspace.botUserId);
  return {
    id,
    ...(kind === 'im' ? { user: person } : { name, name_normalized: name }),
    is_channel: kind === 'channel',
    is_group: kind === 'group',
    is_im: kind === 'im',
    is_mpim: kind === 'mpim',
    is_private: kind !== 'channel',
    is_member: members.has(workspace.botUserId),
    is_archived: isArchived,
    is_shared: isExtShared,
    is_ext_shared: isExtShared,
    is_org_shared: false,
    context_team_id: workspace.teamId,
  };
}

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.replies': replies,
  'conversations.history': history,
  'conversations.info': info,
};
