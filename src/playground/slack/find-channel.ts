import type { Channel, Message } from './model.js';
import { SlackError } from './slack-error.js';
import type { Workspace } from './workspace.js';

/** A channel that the bot may see. A user's id stands for the DM with them. @throws SlackError `channel_not_found`. */
export function visibleChannel(workspace: Workspace, id: string): Channel {
  const channel = workspace.channels.get(id) ?? directMessagesWith(workspace, id);
  if (!channel) throw new SlackError('channel_not_found');
  if (channel.kind !== 'channel' && !channel.members.has(workspace.botUserId)) {
    throw new SlackError('channel_not_found');
  }
  return channel;
}

/** A channel that the bot may write to. @throws SlackError also `not_in_channel`, `is_archived`. */
export function writableChannel(workspace: Workspace, id: string): Channel {
  const channel = visibleChannel(workspace, id);
  if (!channel.members.has(workspace.botUserId)) throw new SlackError('not_in_channel');
  if (channel.isArchived) throw new SlackError('is_archived');
  return channel;
}

/** The root that a reply is for. @throws SlackError `refusal` when there is none, `cannot_reply_to_message` for a reply. */
export function threadRoot(
  workspace: Workspace,
  channelId: string,
  threadTs: string,
  refusal = 'thread_not_found',
): Message {
  const root = workspace.message(channelId, threadTs);
  if (!root) throw new SlackError(refusal, `[ERROR] no message ${threadTs} in ${channelId}`);
  if (root.threadTs !== undefined) throw new SlackError('cannot_reply_to_message');
  return root;
}

function directMessagesWith(workspace: Workspace, userId: string): Channel | undefined {
  if (!workspace.users.has(userId)) return undefined;
  return [...workspace.channels.values()].find(({ kind, members }) => kind === 'im' && members.has(userId));
}
