import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { MessageKey } from '../../threads/thread.js';
import { patiently } from '../connection/patiently.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import { slackErrorCode } from '../connection/slack-errors.js';

export interface WaitingMarkOptions {
  readonly client: WebClient;
  readonly budget: SlackBudget;
  readonly log: Log;
}

/** The emoji on a message that waits for its turn. */
export const WAITING = 'hourglass_flowing_sand';
const MAX_WAIT_MS = 30_000;

/** A reaction on a question, which says that it waits for the one before it. Best effort: no answer depends on it. */
export class WaitingMark {
  readonly #options: WaitingMarkOptions;
  readonly #item: { channel: string; timestamp: string; name: string };
  #marked: Promise<boolean> | undefined;

  constructor({ channelId, messageTs }: MessageKey, options: WaitingMarkOptions) {
    this.#options = options;
    this.#item = { channel: channelId, timestamp: messageTs, name: WAITING };
  }

  /** Left out when the workspace's reactions of this minute are used up. */
  show(): void {
    const { client, budget } = this.#options;
    if (!this.#marked && budget.tryTake('reactions.add'))
      this.#marked = this.#try(() => client.reactions.add(this.#item));
  }

  /** Takes away what was shown, or with `anyway` what another process may have shown. */
  async clear({ anyway = false } = {}): Promise<void> {
    const { client, budget } = this.#options;
    const marked = this.#marked;
    this.#marked = undefined;
    if (!(await marked) && !anyway) return;
    await budget.take('reactions.remove');
    await this.#try(() => client.reactions.remove(this.#item));
  }

  async #try(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await patiently(call, MAX_WAIT_MS);
      return true;
    } catch (error) {
      this.#options.log.debug({ slackError: String(error) }, 'waiting not shown');
      // Whatever else failed, the mark may be there.
      return slackErrorCode(error) === undefined;
    }
  }
}
