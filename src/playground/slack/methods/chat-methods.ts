import { type Arguments, requiredString, stringArgument } from '../arguments.js';
import { checkContent } from '../check-content.js';
import { threadRoot, visibleChannel, writableChannel } from '../find-channel.js';
import { messageJson } from '../message-json.js';
import type { Method } from '../method.js';
import type { Message } from '../model.js';
import { SlackError } from '../slack-error.js';
import { streamIsOpen } from '../stream-life.js';
import type { Workspace } from '../workspace.js';

const postMessage: Method = (call) => {
  const { workspace, args } = call;
  const channel = writableChannel(workspace, requiredString(args, 'channel'));
  const content = checkContent(args);
  const threadTs = stringArgument(args, 'thread_ts');
  if (threadTs !== undefined) threadRoot(workspace, channel.id, threadTs);
  const message = workspace.add({ ...content, channelId: channel.id, userId: workspace.botUserId, threadTs });
  return { channel: channel.id, ts: message.ts, message: messageJson(call, message) };
};

const postEphemeral: Method = ({ workspace, args }) => {
  const channel = writableChannel(workspace, requiredString(args, 'channel'));
  const userId = requiredString(args, 'user');
  if (!channel.members.has(userId)) throw new SlackError('user_not_in_channel');
  const { text, blocks } = checkContent(args);
  const threadTs = stringArgument(args, 'thread_ts');
  return { message_ts: workspace.addEphemeral({ channelId: channel.id, userId, text, blocks, threadTs }).ts };
};

const update: Method = (call) => {
  const { workspace, args } = call;
  const message = findMessage(workspace, args);
  if (message.userId !== workspace.botUserId) throw new SlackError('cant_update_message');
  if (streamIsOpen(workspace, message)) throw new SlackError('streaming_state_conflict');
  const content = checkContent(args);
  const updated = workspace.update(message.channelId, message.ts, {
    text: content.text,
    // Without the argument Slack keeps the blocks; markdown_text takes their place.
    blocks: args.markdown_text === undefined ? (content.blocks ?? message.blocks) : undefined,
    metadata: content.metadata ?? message.metadata,
    // Blocks are all that is shown then, not what was streamed.
    ...(args.blocks !== undefined && { stream: undefined }),
    edited: { userId: workspace.botUserId, ts: workspace.nextTs() },
  });
  return {
    channel: message.channelId,
    ts: message.ts,
    text: updated.text,
    message: messageJson(call, updated),
  };
};

const remove: Method = ({ workspace, args }) => {
  const message = findMessage(workspace, args);
  if (message.userId !== workspace.botUserId) throw new SlackError('cant_delete_message');
  workspace.remove(message.channelId, message.ts);
  return { channel: message.channelId, ts: message.ts };
};

function findMessage(workspace: Workspace, args: Arguments): Message {
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  const message = workspace.message(channel.id, requiredString(args, 'ts'));
  if (!message) throw new SlackError('message_not_found');
  return message;
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
};
