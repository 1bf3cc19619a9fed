import { isRecord, requiredString } from '../arguments.js';
import { checkBlocks } from '../check-blocks.js';
import { visibleChannel } from '../find-channel.js';
import { fileJson } from '../message-json.js';
import type { Method } from '../method.js';
import { SlackError } from '../slack-error.js';

const MAX_TITLE = 24;

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
      is_restricted: user.isRestricted ?? false,
      is_ultra_restricted: false,
      is_stranger: user.teamId !== undefined && user.teamId !== workspace.teamId,
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

const openView: Method = ({ workspace, args }) => {
  const { view } = args;
  if (!isRecord(view) || view.type !== 'modal' || !isRecord(view.title)) {
    throw new SlackError(
      'invalid_arguments',
      '[ERROR] a modal with a title is expected [json-pointer:/view]',
    );
  }
  const title = view.title.text;
  if (typeof title !== 'string' || title === '' || title.length > MAX_TITLE) {
    throw new SlackError(
      'invalid_arguments',
      `[ERROR] 1 to ${MAX_TITLE} characters [json-pointer:/view/title/text]`,
    );
  }
  // What is wrong with a view's blocks, Slack calls an invalid argument.
  try {
    checkBlocks(view.blocks);
  } catch (error) {
    throw error instanceof SlackError ? new SlackError('invalid_arguments', ...error.details) : error;
  }
  const trigger = workspace.useTrigger(requiredString(args, 'trigger_id'));
  if (trigger === 'invalid') throw new SlackError('invalid_trigger_id');
  if (trigger === 'expired') throw new SlackError('expired_trigger_id');
  const opened = workspace.openView(trigger.userId, view);
  return { view: { ...view, id: opened.id, team_id: workspace.teamId, app_id: workspace.appId } };
};

export const otherMethods: Readonly<Record<string, Method>> = {
  'apps.connections.open': ({ openConnection }) => ({ url: openConnection() }),
  'auth.test': authTest,
  'users.info': userInfo,
  'files.info': fileInfo,
  'reactions.add': addReaction,
  'views.open': openView,
};
