import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** Slack's error code ("not_in_channel"), or undefined when the call did not get that far. */
export function slackErrorCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** How long Slack wants to be left alone, in milliseconds, or undefined when it said no such thing. */
export function retryAfterMs(error: unknown): number | undefined {
  if (error instanceof WebAPIRateLimitedError) return error.retryAfter * 1_000;
  return slackErrorCode(error) === 'rate_limited' ? 1_000 : undefined;
}
