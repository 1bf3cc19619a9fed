import type { Message, SlackFile } from './model.js';
import type { Workspace } from './workspace.js';

export interface MessageView {
  readonly workspace: Workspace;
  readonly origin: string;
}

/** A message as conversations.replies and the write methods show it: no subtype, also for the app's own. */
export function messageJson(view: MessageView, message: Message): Record<string, unknown> {
  const { workspace } = view;
  const { channelId, ts, userId, text, threadTs, edited, stream } = message;
  const root = threadTs === undefined ? message : workspace.message(channelId, threadTs);
  return {
    type: 'message',
    user: userId,
    ts,
    team: workspace.users.get(userId)?.teamId ?? workspace.teamId,
    ...(message.botId === undefined ? {} : botFields(workspace)),
    text,
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(message.files === undefined
      ? {}
      : { files: message.files.map((file) => sharedFileJson(view, file)), upload: false }),
    ...(threadTs === undefined
      ? rootFields(workspace, message)
      : { thread_ts: threadTs, ...(root ? { parent_user_id: root.userId } : {}) }),
    ...(edited ? { edited: { user: edited.userId, ts: edited.ts } } : {}),
    ...(message.reactions ? { reactions: reactionsJson(message.reactions) } : {}),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(stream ? { streaming_state: stream.state } : {}),
  };
}

/** A file as a message shows it. */
export function sharedFileJson(view: MessageView, file: SlackFile): Record<string, unknown> {
  if (!file.isForeign) return fileJson(view, file);
  const created = Math.floor(view.workspace.now() / 1000);
  return { id: file.id, created, mode: 'file_access', file_access: 'check_file_info' };
}

/** A file as `files.info` shows it; `url_private_download` wants the bot token. */
export function fileJson({ workspace, origin }: MessageView, file: SlackFile): Record<string, unknown> {
  const url = `${origin}/files-pri/${workspace.teamId}-${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: Math.floor(workspace.now() / 1000),
    name: file.name,
    title: file.name,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1) ?? '',
    user: file.user,
    size: file.content.byteLength,
    mode: 'hosted',
    is_external: false,
    url_private: url,
    url_private_download: url,
    ...file.fields,
  };
}

function botFields({ botId, appId, botUserId, teamId, users }: Workspace): Record<string, unknown> {
  const name = users.get(botUserId)?.realName ?? 'bot';
  return {
    bot_id: botId,
    app_id: appId,
    bot_profile: { id: botId, app_id: appId, name, deleted: false, team_id: teamId },
  };
}

function rootFields(workspace: Workspace, { channelId, ts }: Message): Record<string, unknown> {
  const replies = workspace.thread(channelId, ts).slice(1);
  const latest = replies.at(-1);
  if (!latest) return {};
  const users = [...new Set(replies.map(({ userId }) => userId))];
  return {
    thread_ts: ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: latest.ts,
    is_locked: false,
  };
}

function reactionsJson(reactions: ReadonlyMap<string, readonly string[]>): Record<string, unknown>[] {
  return [...reactions].map(([name, users]) => ({ name, users, count: users.length }));
}
