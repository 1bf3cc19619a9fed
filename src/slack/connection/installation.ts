import type { WebClient } from '@slack/web-api';

/** Who the bot is in the workspace that installed it. From `auth.test`. */
export interface Installation {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string | undefined;
  /** "Acme" */
  readonly teamName: string;
  /** "https://acme.slack.com/" */
  readonly workspaceUrl?: string | undefined;
}

/** Asks Slack who the token is. @throws whatever the Web API throws; a wrong token is a platform error. */
export async function readInstallation(client: WebClient): Promise<Installation> {
  const { team_id, user_id, bot_id, team, url } = await client.auth.test();
  if (!team_id || !user_id) throw new Error('auth.test must answer team_id and user_id, got neither');
  return { teamId: team_id, botUserId: user_id, botId: bot_id, teamName: team ?? team_id, workspaceUrl: url };
}
