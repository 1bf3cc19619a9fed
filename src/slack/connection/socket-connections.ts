import { setTimeout } from 'node:timers/promises';
import { type App, type Logger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClientOptions } from '@slack/web-api';
import type { Dispatcher } from 'undici';
import type { Log } from '../../logger.js';

export interface SocketConnectionsOptions {
  readonly appToken: string;
  readonly clientOptions: WebClientOptions;
  /** Only when the way out is special (a proxy, own certificates): the SDK's own can destroy a stalled socket. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly logger: Logger;
  readonly log: Log;
  /** Slack refreshes each connection every few hours; with two of them no event waits for it. @default 2 */
  readonly connections?: number;
  /** Between attempts to connect again; doubles up to 30 s. @default 500 ms */
  readonly retryMs?: number;
}

const MAX_RETRY_MS = 30_000;
const MAX_CONNECT_MS = 15_000;

/**
 * Several Socket Mode connections as one receiver. They are supervised here and not by the SDK: its own reconnect waits
 * 5 s, dies of an unhandled rejection when a token is revoked, and gives up after an HTTP 500.
 */
export class SocketConnections implements Receiver {
  readonly #options: SocketConnectionsOptions;
  readonly #receivers: readonly SocketModeReceiver[];
  readonly #reconnecting = new Set<SocketModeReceiver>();
  #stopping = false;

  constructor(options: SocketConnectionsOptions) {
    const { appToken, clientOptions, dispatcher, logger, log, connections = 2 } = options;
    this.#options = options;
    this.#receivers = Array.from({ length: connections }, () => {
      return new SocketModeReceiver({
        appToken,
        ...(dispatcher && { dispatcher }),
        logger,
        autoReconnectEnabled: false,
        // Its own copy each: the SDK writes its retry settings into the object.
        installerOptions: { clientOptions: { ...clientOptions } },
        processEventErrorHandler: async ({ error }) => {
          log.error({ err: error }, 'event not taken: Slack will send it again');
          return false;
        },
      });
    });
  }

  init(app: App): void {
    for (const receiver of this.#receivers) receiver.init(app);
  }

  /** Resolves when every connection stands. Rejects with Slack's error when the first attempt fails. */
  async start(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => this.#connect(receiver)));
    for (const receiver of this.#receivers)
      receiver.client.on('disconnected', () => void this.#reconnect(receiver));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#receivers.map((receiver) => receiver.stop()));
  }

  /** The SDK waits five minutes for a websocket that is never answered. */
  async #connect(receiver: SocketModeReceiver): Promise<void> {
    const late = new AbortController();
    const started = receiver.start();
    started.catch(() => {});
    try {
      await Promise.race([started, tooLate(late.signal)]);
    } catch (error) {
      await receiver.stop();
      throw error;
    } finally {
      late.abort();
    }
  }

  async #reconnect(receiver: SocketModeReceiver): Promise<void> {
    // A connection lost while it is being made reports itself twice.
    if (this.#reconnecting.has(receiver)) return;
    this.#reconnecting.add(receiver);
    await this.#connectAgain(receiver);
    this.#reconnecting.delete(receiver);
  }

  async #connectAgain(receiver: SocketModeReceiver): Promise<void> {
    for (let wait = this.#options.retryMs ?? 500; !this.#stopping; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      try {
        await this.#connect(receiver);
        return;
      } catch (error) {
        this.#options.log.warn(
          { slackError: String(error), retryInMs: wait },
          'Socket Mode connection lost, trying again',
        );
        await setTimeout(wait, undefined, { ref: false });
      }
    }
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await setTimeout(MAX_CONNECT_MS, undefined, { signal });
  throw new Error(`Slack must answer a websocket within ${MAX_CONNECT_MS / 1_000} s, got nothing`);
}
