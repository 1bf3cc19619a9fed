import { App, type AppOptions, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { onTestFinished } from 'vitest';
import type { SlackDouble } from '../../src/playground/slack/slack-double.js';
import { silentLogger as logger } from './slack-client.js';

/** What a real Bolt app was handed. */
export interface Received {
  readonly type: string;
  readonly body: Record<string, unknown>;
  /** Of an event, else empty. */
  readonly event: Record<string, unknown>;
  readonly retryNum: number | undefined;
}

export interface RecordingApp {
  /** In the order of arrival. */
  readonly received: Received[];
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  /** To answer what the test wants answered. */
  readonly app: App;
}

/** A real Bolt app over HTTP that notes what it gets, until the test ends; the double is connected to it. */
export async function recordOverHttp(slack: SlackDouble): Promise<RecordingApp> {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger });
  const { received, app } = record(slack, receiver);
  const server = await receiver.start(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Bolt listens on no port');
  slack.connect({ kind: 'http', url: `http://127.0.0.1:${address.port}/slack/events` });
  onTestFinished(async () => void (await receiver.stop()));
  return { received, receiver, app };
}

/**
 * The same over Socket Mode; it comes back 0.2 s after it lost its connection.
 *
 * @param authorize throws for an event that is not to be acked.
 */
export async function recordOverSocket(
  slack: SlackDouble,
  authorize?: AppOptions['authorize'],
): Promise<RecordingApp & { readonly receiver: SocketModeReceiver }> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
    clientPingTimeout: 200,
    processEventErrorHandler: async () => false,
  });
  const { received, app } = record(slack, receiver, authorize);
  await receiver.start();
  slack.connect({ kind: 'socket' });
  onTestFinished(async () => void (await receiver.stop()));
  return { received, receiver, app };
}

function record(
  slack: SlackDouble,
  receiver: HTTPReceiver | SocketModeReceiver,
  authorize?: AppOptions['authorize'],
): { received: Received[]; app: App } {
  const received: Received[] = [];
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const app = new App({
    ...(authorize ? { authorize } : { token: slack.botToken }),
    receiver,
    logger,
    ignoreSelf: false,
    clientOptions,
  });
  app.use(async ({ body, context, next }) => {
    const { event: found, ...fields }: Record<string, unknown> = { ...body };
    const event = isRecord(found) ? found : {};
    received.push({
      type: String(event.type ?? fields.type),
      body: fields,
      event,
      retryNum: context.retryNum,
    });
    await next();
  });
  app.action('vote', ({ ack }) => ack());
  return { received, app };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
