import type { Delivery } from './deliveries.js';
import type { Workspace } from './workspace.js';

export interface SlashCommand {
  readonly channel: string;
  readonly user: string;
  /** With its slash: "/threadsmith". */
  readonly command: string;
  readonly text: string;
}

/** What an app is sent for a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands */
export function commandPayload(
  workspace: Workspace,
  { channel: channelId, user, command, text }: SlashCommand,
  responseUrl: string,
): Record<string, unknown> {
  const channel = workspace.channels.get(channelId);
  return {
    token: 'a token that nobody checks any more',
    team_id: workspace.teamId,
    team_domain: 'local',
    channel_id: channelId,
    channel_name: channel?.kind === 'im' ? 'directmessage' : channel?.name,
    user_id: user,
    user_name: workspace.users.get(user)?.name,
    command,
    text,
    api_app_id: workspace.appId,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: workspace.issueTrigger(user),
  };
}

/** What the app said with its ack, in the form that a response_url takes; undefined when it said nothing. */
export function saidWithAck({ acked, attempts }: Delivery): unknown {
  const body = attempts.at(-1)?.body.trim() ?? '';
  if (!acked || body === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object') return parsed;
  } catch {
    // Plain text is an answer too.
  }
  return { text: body };
}
