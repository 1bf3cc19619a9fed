import { webApi } from '@slack/bolt';
import { expect } from 'vitest';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';

/** Slack's clients log every refusal, and the tests ask for many. */
export const silentLogger: webApi.Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => webApi.LogLevel.ERROR,
  setName: () => {},
};

/** Slack's own client, without retries, so that each refusal is seen. */
export function slackClient(
  slack: Pick<SlackDouble, 'apiUrl' | 'botToken'>,
  options: webApi.WebClientOptions & { readonly token?: string | undefined } = { token: slack.botToken },
): webApi.WebClient {
  const { token = slack.botToken, ...rest } = options;
  return new webApi.WebClient(token === '' ? undefined : token, {
    slackApiUrl: slack.apiUrl,
    logger: silentLogger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...rest,
  });
}

/** The code with which Slack refused; a call that goes through fails the test. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    (answer) => expect.fail(`Slack should have refused, but said ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
  throw error;
}
