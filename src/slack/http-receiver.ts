import type { IncomingMessage } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Log } from '../logger.js';

export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly logger: Logger;
  readonly log: Log;
  readonly now?: () => number;
}

/** Slack's own tolerance for the past, which Bolt checks; the future it does not. */
const MAX_AHEAD_SECONDS = 300;

/** Bolt's receiver for the Events API at /slack/events, which in addition refuses requests dated in the future. */
export function createHttpReceiver({
  signingSecret,
  logger,
  log,
  now = Date.now,
}: HttpReceiverOptions): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger,
    endpoints: ['/slack/events'],
    dispatchErrorHandler: ({ response }) => {
      response.writeHead(404).end();
    },
    processEventErrorHandler: async ({ error, response }) => {
      log.error({ err: error }, 'event not taken: Slack will send it again');
      if (!response.headersSent) response.writeHead(500).end();
      return false;
    },
  });
  const takeRequest = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    if (secondsAhead(request, now) > MAX_AHEAD_SECONDS) {
      log.warn(
        {},
        'request refused: its timestamp lies more than 5 minutes in the future; is the clock right?',
      );
      response.writeHead(401).end();
      return;
    }
    takeRequest(request, response);
  };
  return receiver;
}

function secondsAhead(request: IncomingMessage, now: () => number): number {
  const timestamp = Number(request.headers['x-slack-request-timestamp']);
  return Number.isFinite(timestamp) ? timestamp - now() / 1_000 : 0;
}
