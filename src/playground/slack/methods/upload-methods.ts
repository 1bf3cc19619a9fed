import { randomUUID } from 'node:crypto';
import { isRecord, requiredString, stringArgument } from '../arguments.js';
import { threadRoot, writableChannel } from '../find-channel.js';
import type { Method } from '../method.js';
import type { SlackFile } from '../model.js';
import { SlackError } from '../slack-error.js';
import type { Workspace } from '../workspace.js';

/** A place to send a file's bytes to. Until then the file has none. */
const getUploadUrl: Method = ({ workspace, args, origin }) => {
  const name = requiredString(args, 'filename');
  const length = Number(requiredString(args, 'length'));
  if (name === '' || !Number.isInteger(length) || length < 1) {
    throw new SlackError('invalid_arguments', '[ERROR] filename and a length of at least 1 are expected');
  }
  const id = `F${randomUUID().slice(0, 8).toUpperCase()}`;
  const file = { id, name, mimetype: 'text/markdown', user: workspace.botUserId, content: new Uint8Array() };
  workspace.files.set(id, file);
  return { upload_url: `${origin}/upload/v1/${workspace.teamId}-${id}`, file_id: id };
};

/** Shares what was uploaded, all files in one message. */
const completeUpload: Method = ({ workspace, args }) => {
  if (!Array.isArray(args.files) || args.files.length === 0) {
    throw new SlackError('invalid_arguments', '[ERROR] a list of files is expected [json-pointer:/files]');
  }
  const files = args.files.map((given: unknown) => uploaded(workspace, given));
  const channelId = stringArgument(args, 'channel_id');
  if (channelId !== undefined) {
    const channel = writableChannel(workspace, channelId);
    const threadTs = stringArgument(args, 'thread_ts');
    if (threadTs !== undefined) threadRoot(workspace, channel.id, threadTs);
    const text = stringArgument(args, 'initial_comment') ?? '';
    workspace.add({ channelId: channel.id, userId: workspace.botUserId, threadTs, text, files });
  }
  return { files: files.map(({ id, name }) => ({ id, title: name })) };
};

function uploaded(workspace: Workspace, given: unknown): SlackFile {
  const file = isRecord(given) ? workspace.files.get(String(given.id)) : undefined;
  if (!file || file.content.byteLength === 0)
    throw new SlackError('invalid_arguments', '[ERROR] no such upload');
  return file;
}

export const uploadMethods: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
