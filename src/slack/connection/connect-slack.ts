import type { AddressInfo } from 'node:net';
import type { Receiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Dispatcher } from 'undici';
import { ExpectedError } from '../../errors.js';
import type { Log } from '../../logger.js';
import { createHttpReceiver } from './http-receiver.js';
import { slackErrorCode } from './slack-errors.js';
import { SocketConnections } from './socket-connections.js';
import { slackLogger, webClientOptions } from './web-client.js';

export type Transport =
  | { readonly kind: 'socket'; readonly appToken: string }
  | {
      readonly kind: 'http';
      readonly signingSecret: string;
      readonly port: number;
      readonly host?: string | undefined;
    };

export interface Connection {
  readonly receiver: Receiver;
  /** Begins to take events. Resolves to where, for people: a URL or "Socket Mode". */
  listen(): Promise<string>;
  /** Takes no more events; those taken are answered. */
  close(): Promise<void>;
}

/** Slack waits no longer for an acknowledgement. */
const ACK_TIME_MS = 3_000;
const IDLE_CHECK_MS = 20;

export interface ConnectOptions {
  readonly apiUrl?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly dispatcher: Dispatcher | undefined;
  readonly log: Log;
}

/** The way events come in: Socket Mode or the Events API over HTTP. */
export function connectionFor(transport: Transport, options: ConnectOptions): Connection {
  return transport.kind === 'socket'
    ? socketConnection(transport, options)
    : httpConnection(transport, options);
}

function socketConnection({ appToken }: Transport & { kind: 'socket' }, options: ConnectOptions): Connection {
  const { log, dispatcher } = options;
  const receiver = new SocketConnections({
    appToken,
    dispatcher,
    log,
    logger: slackLogger(log),
    clientOptions: webClientOptions(options),
  });
  return {
    receiver,
    async listen() {
      await receiver.start().catch((error: unknown) => {
        throw refused(
          'SLACK_APP_TOKEN',
          'Basic Information -> App-Level Tokens (scope connections:write)',
          error,
        );
      });
      return 'Socket Mode';
    },
    close: () => receiver.stop(),
  };
}

function httpConnection(
  { signingSecret, port, host }: Transport & { kind: 'http' },
  { log }: ConnectOptions,
): Connection {
  const receiver = createHttpReceiver({ signingSecret, log, logger: slackLogger(log) });
  let close = async () => {};
  return {
    receiver,
    async listen() {
      const server = await receiver.start({ port, ...(host && { host }) }).catch((cause: Error) => {
        throw new ExpectedError(
          `PORT must be a port that is free, got ${port} (${cause.message}): set another PORT`,
          { cause },
        );
      });
      close = async () => {
        const closed = receiver.stop();
        // A connection is kept alive behind the request that is being acknowledged: it is idle only a moment later.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
        // Whoever sends half a request must not hold the process; every whole one is acknowledged in milliseconds.
        const late = setTimeout(() => server.closeAllConnections(), ACK_TIME_MS);
        try {
          await closed;
        } finally {
          clearInterval(idle);
          clearTimeout(late);
        }
      };
      const address = server.address() as AddressInfo;
      return `http://${host ?? 'localhost'}:${address.port}/slack/events`;
    },
    close: () => close(),
  };
}

/** A call at start that Slack refused: says which setting to look at. */
export function refused(setting: string, page: string, cause: unknown): ExpectedError {
  const code = slackErrorCode(cause);
  if (!code) {
    const advice = 'check the network, HTTPS_PROXY and SLACK_API_URL';
    return new ExpectedError(`Slack must be reachable at the start, got "${String(cause)}": ${advice}`, {
      cause,
    });
  }
  const got = `"${code}"`;
  return new ExpectedError(`${setting} must be accepted by Slack, got ${got}: see ${page}`, { cause });
}

/** Asks `auth.test` and turns a refusal into one line for the admin. */
export async function verified<T>(client: WebClient, read: (client: WebClient) => Promise<T>): Promise<T> {
  return read(client).catch((error: unknown) => {
    throw refused('SLACK_BOT_TOKEN', 'OAuth & Permissions -> Bot User OAuth Token', error);
  });
}
