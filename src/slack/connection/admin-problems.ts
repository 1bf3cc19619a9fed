import { WebAPIPlatformError } from '@slack/web-api';
import type { Log } from '../../logger.js';
import { record, string } from '../unknown-json.js';

export interface AdminProblemsOptions {
  readonly log: Log;
  readonly now?: () => number;
}

/** Hears of a call that failed, with its arguments. */
export type OnRefusal = (method: string, args: unknown, error: unknown) => void;

/** A cause that stays is said again after this. */
const SILENT_MS = 3600_000;
const REINSTALL =
  'install the app again (Install App in its settings at https://api.slack.com/apps), set the new SLACK_BOT_TOKEN and restart';

/**
 * Slack's refusals that only an admin can do something about, as one line of the log each that says what. Once an hour and
 * cause: a missing scope fails every question.
 */
export function createAdminProblems({ log, now = Date.now }: AdminProblemsOptions): OnRefusal {
  const said = new Map<string, number>();

  return (method, args, error) => {
    // Asked once, at the start, which then ends with a line of its own.
    if (!(error instanceof WebAPIPlatformError) || method === 'auth.test') return;
    const problem = problemOf(method, channelOf(args), error.data);
    if (!problem) return;
    const { cause, advice } = problem;
    for (const [other, at] of said) if (now() - at >= SILENT_MS) said.delete(other);
    if (said.has(cause)) return;
    said.set(cause, now());
    log.error({ method, slackError: error.data.error }, `Slack refused ${method}: ${advice}`);
  };
}

function problemOf(
  method: string,
  channel: string,
  data: WebAPIPlatformError['data'],
): { readonly cause: string; readonly advice: string } | undefined {
  const code = data.error;
  switch (code) {
    case 'missing_scope':
    case 'no_permission': {
      const needed = string(record(data).needed);
      const scope = needed === '' ? 'a scope' : `the scope ${needed.split(',').join(' or ')}`;
      return {
        cause: `${code} ${needed || method}`,
        advice: `the app lacks ${scope}. Paste slack-manifest.yml under App Manifest in the app's settings, then install the app again`,
      };
    }
    case 'not_in_channel':
    case 'channel_not_found':
      return {
        cause: `${code} ${channel}`,
        advice: `the bot is not in ${channel || 'the channel'}, or the channel is gone. Invite it there with /invite`,
      };
    case 'account_inactive':
    case 'invalid_auth':
    case 'not_authed':
    case 'token_expired':
    case 'token_revoked':
      return { cause: code, advice: `its bot token is not valid any more ("${code}"): ${REINSTALL}` };
    default:
      return undefined;
  }
}

function channelOf(args: unknown): string {
  const { channel, channel_id } = record(args);
  return string(channel) || string(channel_id);
}
