import type { SlackConfig } from '../config.js';
import { ExpectedError } from '../errors.js';
import type { Log } from '../logger.js';
import { readInstallation } from '../slack/connection/installation.js';
import { SlackBudget } from '../slack/connection/slack-budget.js';
import { slackErrorCode } from '../slack/connection/slack-errors.js';
import { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { type FoundRun, findRun } from '../slack/feedback/find-run.js';
import type { LinkedMessage } from '../slack/reading/linked-message.js';

export interface LinkedPlaceOptions {
  /** Absent: Slack cannot be asked. */
  readonly slack: SlackConfig | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** Of whose installation the messages are. @default asked of Slack */
  readonly teamId: string | undefined;
}

/** What Slack knows of a message behind a link. */
export interface LinkedPlace {
  /** @throws ExpectedError where nobody says whose it is, or it is another workspace's. */
  tenantOf(message: LinkedMessage): Promise<string>;
  /** The run that an answer of the bot carries itself; undefined for any other message, `unseen` for one that Slack does not show. */
  answerIn(tenantId: string, message: LinkedMessage): Promise<FoundRun | undefined | 'unseen'>;
}

export function openLinkedPlace({ slack, fetch, log, teamId }: LinkedPlaceOptions): LinkedPlace {
  const client =
    slack && new WatchedWebClient({ botToken: slack.botToken, apiUrl: slack.apiUrl, fetch, log }, () => {});
  return {
    async tenantOf({ host }) {
      if (teamId !== undefined) return teamId;
      if (!client)
        throw new ExpectedError(
          'The workspace must be known: set SLACK_BOT_TOKEN, or give its id with --team T0123456789.',
        );
      const { teamId: asked, workspaceUrl } = await readInstallation(client).catch((error: unknown) => {
        throw new ExpectedError(
          `Slack must say whose SLACK_BOT_TOKEN is, got ${slackErrorCode(error) ?? 'no answer'}: see OAuth & Permissions, or give the workspace's id with --team T0123456789.`,
          { cause: error },
        );
      });
      if (workspaceUrl !== undefined && new URL(workspaceUrl).host !== host)
        throw new ExpectedError(
          `The link must be one of ${workspaceUrl}, whose SLACK_BOT_TOKEN is, got one of ${host}: give that workspace's id with --team T0123456789 if the bot answers there too.`,
        );
      return asked;
    },
    async answerIn(tenantId, message) {
      if (!client) return 'unseen';
      try {
        const { botUserId } = await readInstallation(client);
        return await findRun({ client, budget: new SlackBudget(), botUserId }, { tenantId, ...message });
      } catch {
        // Not in the conversation, another workspace's, or away.
        return 'unseen';
      }
    },
  };
}
