import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/** Slack's error code ("not_in_channel"), or undefined when the call did not get that far. */
export function slackErrorCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** When Slack does not say how long. */
const USUAL_WAIT_MS = 1_000;

/** How long Slack wants to be left alone, in milliseconds, or undefined when it said no such thing. */
export function retryAfterMs(error: unknown): number | undefined {
  if (error instanceof WebAPIRateLimitedError) return error.retryAfter * 1_000;
  if (RATE_LIMITED.has(slackErrorCode(error) ?? '')) return USUAL_WAIT_MS;
  // What the client makes of a 429 without Retry-After.
  return error instanceof Error && error.message.startsWith('Retry header') ? USUAL_WAIT_MS : undefined;
}

const RATE_LIMITED: ReadonlySet<string> = new Set(['rate_limited', 'ratelimited']);

/** Slack's own word that something broke while it worked: part of it may have been done. */
const BROKE_MIDWAY: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);

/** Whether no answer of Slack's own came: it is away, or broken as a whole. */
export function isAway(error: unknown): boolean {
  return error instanceof WebAPIRequestError || error instanceof WebAPIHTTPError;
}

/** Whether Slack may have done what it was asked: no answer came, or one that says that it broke on the way. */
export function mayHaveHappened(error: unknown): boolean {
  return isAway(error) || BROKE_MIDWAY.has(slackErrorCode(error) ?? '');
}
