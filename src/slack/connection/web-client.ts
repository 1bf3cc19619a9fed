import { type Logger, LogLevel } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Log } from '../../logger.js';

export interface WebClientSettings {
  readonly botToken: string;
  readonly apiUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
}

/**
 * Options for every Web API client of the bot. No retries inside the client: on a reset connection it would send a post
 * twice, and on a rate limit it would stall every thread behind one.
 */
export function webClientOptions({
  apiUrl,
  fetch,
  log,
}: Omit<WebClientSettings, 'botToken'>): WebClientOptions {
  return {
    ...(apiUrl && { slackApiUrl: apiUrl }),
    fetch,
    timeout: 15_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  };
}

/** Slack's logger interface over ours. Its debug lines hold whole request bodies, users' text too: never passed on. */
export function slackLogger(log: Log): Logger {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'slack' }, parts.map(String).join(' '));
  return {
    debug: () => {},
    info: (...parts) => log.debug({ from: 'slack' }, parts.map(String).join(' ')),
    warn: write('warn'),
    error: write('error'),
    getLevel: () => LogLevel.INFO,
    setLevel: () => {},
    setName: () => {},
  };
}
