import { requiredString } from '../arguments.js';
import { visibleChannel } from '../find-channel.js';
import { fileJson } from '../message-json.js';
import type { Method } from '../method.js';
import { SlackError } from '../slack-error.js';

const authTest: Method = ({ workspace, origin }) => ({
  url: `${origin}/`,
  team: workspace.teamName,
  user: workspace.users.get(workspace.botUserId)?.name ?? 'bot',
  team_id: workspace.teamId,
  user_id: workspace.botUserId,
  bot_id: workspace.botId,
  is_enterprise_install: false,
});

const userInfo: Method = ({ workspace, args }) => {
  const user = workspace.users.get(requiredString(args, 'user'));
  if (!user) throw new SlackError('user_not_found');
  return {
    user: {
      id: user.id,
      team_id: user.teamId ?? workspace.teamId,
      name: user.name,
      real_name: user.realName,
      deleted: false,
      is_bot: user.isBot,
      is_app_user: false,
      is_admin: user.isAdmin ?? false,
      is_owner: false,
      is_restricted: user.isRestricted ?? false,
      is_ultra_restricted: false,
      // Only of people with whom no channel is shared, and those the double has not.
      is_stranger: false,
      tz: 'Etc/UTC',
      profile: { real_name: user.realName, display_name: user.name, team: user.teamId ?? workspace.teamId },
    },
  };
};

const fileInfo: Method = (call) => {
  const file = call.workspace.files.get(requiredString(call.args, 'file'));
  if (!file) throw new SlackError('file_not_found');
  return { file: fileJson(call, file) };
};

const addReaction: Method = ({ workspace, args }) => {
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  const message = workspace.message(channel.id, requiredString(args, 'timestamp'));
  if (!message) throw new SlackError('message_not_found');
  const name = requiredString(args, 'name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name');
  const users = message.reactions?.get(name) ?? [];
  if (users.includes(workspace.botUserId)) throw new SlackError('already_reacted');
  const reactions = new Map(message.reactions).set(name, [...users, workspace.botUserId]);
  workspace.update(channel.id, message.ts, { reactions });
  return {};
};

const removeReaction: Method = ({ workspace, args }) => {
  const channel = visibleChannel(workspace, requiredString(args, 'channel'));
  const message = workspace.message(channel.id, requiredString(args, 'timestamp'));
  if (!message) throw new SlackError('message_not_found');
  const name = requiredString(args, 'name');
  const users = message.reactions?.get(name) ?? [];
  if (!users.includes(workspace.botUserId)) throw new SlackError('no_reaction');
  const others = users.filter((userId) => userId !== workspace.botUserId);
  const reactions = new Map(message.reactions).set(name, others);
  if (others.length === 0) reactions.delete(name);
  workspace.update(channel.id, message.ts, { reactions: reactions.size > 0 ? reactions : undefined });
  return {};
};

export const otherMethods: Readonly<Record<string, Method>> = {
  'apps.connections.open': ({ openConnection }) => ({ url: openConnection() }),
  'auth.test': authTest,
  'users.info': userInfo,
  'files.info': fileInfo,
  'reactions.add': addReaction,
  'reactions.remove': removeReaction,
};
