import { type Arguments, requiredString, stringArgument } from '../arguments.js';
import { checkBlocks } from '../check-blocks.js';
import { checkChunks, type StreamPiece } from '../check-chunks.js';
import { checkMetadata } from '../check-content.js';
import { threadRoot, visibleChannel, writableChannel } from '../find-channel.js';
import { messageJson } from '../message-json.js';
import type { Method } from '../method.js';
import type { Block, Message } from '../model.js';
import { SlackError } from '../slack-error.js';
import { streamIsOpen } from '../stream-life.js';
import type { Workspace } from '../workspace.js';
import { checkSessionStatus } from './session-status.js';

/** Users report refusals between 10.6 and 11.3 kB of UTF-8; the double takes the lower end. */
const MAX_STREAM_BYTES = 10_600;

const startStream: Method = (call) => {
  const { workspace, args } = call;
  const channel = writableChannel(workspace, requiredString(args, 'channel'));
  const root = threadRoot(workspace, channel.id, requiredString(args, 'thread_ts'));
  if (channel.kind !== 'im') checkRecipient(workspace, args);
  const piece = checkChunks(args);
  checkSize(piece.text);
  const message = workspace.add({
    channelId: channel.id,
    userId: workspace.botUserId,
    threadTs: root.ts,
    text: piece.text,
    blocks: piece.blocks.length > 0 ? piece.blocks : undefined,
    streaming: true,
  });
  return { channel: channel.id, ts: message.ts, message: messageJson(call, message) };
};

const appendStream: Method = ({ workspace, args }) => {
  const message = openStream(workspace, args);
  const piece = checkChunks(args);
  if (piece.text === '' && piece.blocks.length === 0) throw new SlackError('no_text');
  const { channelId, ts } = workspace.update(message.channelId, message.ts, grown(message, piece));
  return { channel: channelId, ts };
};

const stopStream: Method = (call) => {
  const { workspace, args } = call;
  const message = openStream(workspace, args);
  const { stream } = message;
  const last = checkChunks(args);
  const closing = args.blocks === undefined ? [] : checkBlocks(args.blocks, 'invalid_blocks');
  const sessionStatus = stringArgument(args, 'session_status');
  const session = sessionStatus === undefined ? undefined : checkSessionStatus(sessionStatus);
  const end = grown(message, { text: last.text, blocks: [...last.blocks, ...closing] });
  if (end.text === '' && !end.blocks) throw new SlackError('no_text');
  const stopped = workspace.update(message.channelId, message.ts, {
    ...end,
    metadata: checkMetadata(args.metadata),
    stream: stream && { ...stream, state: 'completed' },
  });
  if (session && message.threadTs) workspace.setSession(message.channelId, message.threadTs, session);
  return { channel: message.channelId, ts: message.ts, message: messageJson(call, stopped) };
};

/** The app's own message while it streams. */
function openStream(workspace: Workspace, args: Arguments): Message {
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  const message = workspace.message(channel.id, requiredString(args, 'ts'));
  if (!message) throw new SlackError('message_not_found');
  if (message.userId !== workspace.botUserId) throw new SlackError('message_not_owned_by_app');
  if (!streamIsOpen(workspace, message)) throw new SlackError('message_not_in_streaming_state');
  return message;
}

function grown(message: Message, piece: StreamPiece): { text: string; blocks: Block[] | undefined } {
  const text = message.text + piece.text;
  checkSize(text);
  // A task that comes again, by its id, replaces its earlier state.
  const renewed = new Set(piece.blocks.map(({ block_id }) => block_id ?? 'none'));
  const kept = (message.blocks ?? []).filter(({ block_id }) => !renewed.has(block_id ?? 'without id'));
  const blocks = [...kept, ...piece.blocks];
  return { text, blocks: blocks.length > 0 ? blocks : undefined };
}

function checkSize(text: string): void {
  if (Buffer.byteLength(text) > MAX_STREAM_BYTES) throw new SlackError('msg_too_long');
}

/** Outside of DMs Slack asks for whom the answer is. */
function checkRecipient(workspace: Workspace, args: Arguments): void {
  const teamId = stringArgument(args, 'recipient_team_id');
  const userId = stringArgument(args, 'recipient_user_id');
  if (!teamId) throw new SlackError('missing_recipient_team_id');
  if (!userId) throw new SlackError('missing_recipient_user_id');
  const user = workspace.users.get(userId);
  if (!user) throw new SlackError('user_not_found');
  if (teamId !== (user.teamId ?? workspace.teamId)) throw new SlackError('team_not_found');
}

export const streamMethods: Readonly<Record<string, Method>> = {
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
};
