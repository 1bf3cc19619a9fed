import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import type { Thread } from '../threads/thread.js';

/**
 * "is searching the docs…" under a thread, and Slack's own processing state. Best effort: a failure is logged and costs
 * the answer nothing. Slack takes the status away when the bot's message appears.
 */
export class ThreadStatus {
  readonly #client: WebClient;
  readonly #thread: Thread;
  readonly #log: Log;
  readonly #now: () => number;
  #setting: Promise<unknown> = Promise.resolve();
  #setAt = 0;

  constructor(client: WebClient, thread: Thread, log: Log, now: () => number = Date.now) {
    this.#client = client;
    this.#thread = thread;
    this.#log = log;
    this.#now = now;
  }

  show(status: string): void {
    this.#setting = Promise.all([this.#setStatus(status), this.#setSession('processing')]).then(() => {
      this.#setAt = this.#now();
    });
  }

  /**
   * Leaves nothing behind, whatever happened. The status is taken away by a call only when Slack cannot have done it: no
   * message appeared (`shownAt` undefined), or it appeared while the status was still being set.
   */
  async clear({
    shownAt,
    sessionClosed,
  }: {
    shownAt: number | undefined;
    sessionClosed: boolean;
  }): Promise<void> {
    await this.#setting;
    const stays = shownAt === undefined || this.#setAt >= shownAt;
    await Promise.all([stays && this.#setStatus(''), !sessionClosed && this.#setSession('active')]);
  }

  async #setStatus(status: string): Promise<void> {
    const { channelId, threadTs } = this.#thread;
    await this.#try(
      this.#client.assistant.threads.setStatus({ channel_id: channelId, thread_ts: threadTs, status }),
    );
  }

  async #setSession(status: 'processing' | 'active'): Promise<void> {
    const { channelId, threadTs } = this.#thread;
    await this.#try(
      this.#client.agents.sessions.setStatus({ channel_id: channelId, thread_ts: threadTs, status }),
    );
  }

  async #try(call: Promise<unknown>): Promise<void> {
    await call.catch((error: unknown) => this.#log.debug({ slackError: String(error) }, 'status not set'));
  }
}
