import { type MessageView, messageJson } from './message-json.js';
import type { Message } from './model.js';

export interface Shortcut {
  readonly userId: string;
  readonly message: Message;
  readonly callbackId: string;
  readonly responseUrl: string;
}

/** What an app is sent for a message shortcut: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export function shortcutPayload(
  view: MessageView,
  { userId, message, callbackId, responseUrl }: Shortcut,
): Record<string, unknown> {
  const { workspace } = view;
  const user = workspace.users.get(userId);
  const channel = workspace.channels.get(message.channelId);
  return {
    type: 'message_action',
    token: 'a token that nobody checks any more',
    callback_id: callbackId,
    action_ts: workspace.nextTs(),
    trigger_id: workspace.issueTrigger(userId),
    response_url: responseUrl,
    team: { id: workspace.teamId, domain: 'local' },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: userId, username: user?.name, name: user?.name, team_id: user?.teamId ?? workspace.teamId },
    channel: { id: message.channelId, name: channel?.kind === 'im' ? 'directmessage' : channel?.name },
    message_ts: message.ts,
    message: messageJson(view, message),
  };
}
