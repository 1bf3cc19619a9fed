import { setTimeout } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { Thread } from '../../threads/thread.js';
import { mayHaveHappened, retryAfterMs } from '../connection/slack-errors.js';

/** What is said stands at least for so long. */
const SHOWN_MS = 700;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 10_000;

/**
 * "is searching the docs…" under a thread, and Slack's own processing state. Best effort: a failure is logged and costs
 * the answer nothing. Slack takes the status away when the bot's message appears.
 */
export class ThreadStatus {
  readonly #client: WebClient;
  readonly #thread: Thread;
  readonly #log: Log;
  readonly #now: () => number;
  #session: Promise<unknown> = Promise.resolve();
  /** The calls under way and to come. */
  #setting: Promise<unknown> | undefined;
  /** To be said next; of several the last. */
  #wanted: string | undefined;
  #said = '';
  #pause = new AbortController();
  #saidAt = 0;

  constructor(client: WebClient, thread: Thread, log: Log, now: () => number = Date.now) {
    this.#client = client;
    this.#thread = thread;
    this.#log = log;
    this.#now = now;
  }

  /** Says what is being done now: at once, or as soon as Slack has taken what was said before. */
  show(status: string): void {
    if (this.#said === '' && !this.#setting) this.#session = this.#setSession('processing');
    this.#wanted = status;
    this.#setting ??= this.#say().finally(() => {
      this.#setting = undefined;
    });
  }

  /** Text is on its way, before which Slack takes the status away: nothing more is said. */
  settle(): void {
    this.#wanted = undefined;
    this.#pause.abort();
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
    this.settle();
    await Promise.all([this.#setting, this.#session]);
    const stays = shownAt === undefined || this.#saidAt >= shownAt;
    await Promise.all([stays && this.#setStatus(''), !sessionClosed && this.#setSession('active')]);
  }

  async #say(): Promise<void> {
    while (this.#wanted !== undefined) {
      await this.#shownLongEnough();
      if (this.#wanted === undefined) return;
      const status = this.#wanted;
      this.#wanted = undefined;
      if (status === this.#said) continue;
      this.#said = status;
      await this.#setStatus(status);
      this.#saidAt = this.#now();
    }
  }

  /** A status that flickers by is worth no call: often the first words come before the next one. */
  async #shownLongEnough(): Promise<void> {
    if (this.#said === '') return;
    this.#pause = new AbortController();
    const { signal } = this.#pause;
    await setTimeout(Math.max(0, this.#saidAt + SHOWN_MS - this.#now()), undefined, { signal }).catch(
      () => {},
    );
  }

  async #setStatus(status: string): Promise<void> {
    const { channelId, threadTs } = this.#thread;
    const args = { channel_id: channelId, thread_ts: threadTs, status };
    await this.#try(() => this.#client.assistant.threads.setStatus(args), status === '');
  }

  async #setSession(status: 'processing' | 'active'): Promise<void> {
    const { channelId, threadTs } = this.#thread;
    const args = { channel_id: channelId, thread_ts: threadTs, status };
    await this.#try(() => this.#client.agents.sessions.setStatus(args), status === 'active');
  }

  /** What takes a status away is tried again when it may pass: one that stays is worse than one that never came. */
  async #try(call: () => Promise<unknown>, again: boolean): Promise<void> {
    for (let attempt = 1; attempt <= (again ? ATTEMPTS : 1); attempt += 1) {
      try {
        await call();
        return;
      } catch (error) {
        this.#log.debug({ slackError: String(error) }, 'status not set');
        const wait = retryAfterMs(error);
        if (wait === undefined && !mayHaveHappened(error)) return;
        await setTimeout(Math.min(wait ?? 0, MAX_WAIT_MS));
      }
    }
  }
}
