import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Log } from '../../logger.js';
import { NotJournaledError } from '../intake/journaled-app.js';

export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly logger: Logger;
  readonly log: Log;
  readonly now?: () => number;
}

/** Slack's own tolerance for the past, which Bolt checks; the future it does not. */
const MAX_AHEAD_SECONDS = 300;
/** Slack's events are a few kilobytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

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
      log.error({ err: error }, 'event not taken');
      // What Bolt cannot read is no event; what the journal cannot write is one that must come again.
      if (!response.headersSent) response.writeHead(error instanceof NotJournaledError ? 500 : 400).end();
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
    } else if (request.method !== 'POST') {
      takeRequest(request, response);
    } else {
      readBody(request).then(
        (rawBody) => {
          if (rawBody === undefined) response.writeHead(413, { connection: 'close' }).end();
          else if (!holdsAnObject(rawBody)) response.writeHead(400).end();
          // Bolt takes a body that was read already; unknown paths it throws back.
          else takeOrRefuse(() => takeRequest(Object.assign(request, { rawBody }), response), response);
        },
        () => response.destroy(),
      );
    }
  };
  return receiver;
}

/** Undefined when it is longer than the limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Bolt falls over a body that is JSON but no object ("null"), outside of any handler of errors. */
function holdsAnObject(body: Buffer): boolean {
  const text = body.toString('utf8').trimStart();
  return text.startsWith('{') || /(^|&)(payload=%7B|command=|ssl_check=)/i.test(text);
}

function takeOrRefuse(take: () => void, response: ServerResponse): void {
  try {
    take();
  } catch {
    response.writeHead(404).end();
  }
}

function secondsAhead(request: IncomingMessage, now: () => number): number {
  const timestamp = Number(request.headers['x-slack-request-timestamp']);
  return Number.isFinite(timestamp) ? timestamp - now() / 1_000 : 0;
}
