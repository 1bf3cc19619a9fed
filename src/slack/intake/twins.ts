import { setTimeout } from 'node:timers/promises';
import type { MessageKey } from '../../threads/thread.js';

/** About 100 bytes each. */
const MOST_REMEMBERED = 2_000;

/**
 * A mention arrives as two events, and only one of them, the `message`, names its files. This knows which of those have
 * arrived at this process, so that a mention is asked after its files as late as needed and no later.
 */
export class Twins {
  readonly #arrived = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  /** The message's `message` event is here and, if it named files, they are in the journal. */
  arrived(message: MessageKey): void {
    const name = nameOf(message);
    this.#arrived.add(name);
    const [oldest] = this.#arrived;
    if (this.#arrived.size > MOST_REMEMBERED && oldest !== undefined) this.#arrived.delete(oldest);
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }

  /** Resolves when the event is here or `ms` are over: with several replicas it may have gone to another one. */
  async wait(message: MessageKey, ms: number): Promise<void> {
    const name = nameOf(message);
    if (this.#arrived.has(name)) return;
    const late = new AbortController();
    const arrived = new Promise<void>((resolve) => this.#waiting.set(name, resolve));
    await Promise.race([arrived, setTimeout(ms, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    this.#waiting.delete(name);
  }
}

function nameOf({ tenantId, channelId, messageTs }: MessageKey): string {
  return `${tenantId}:${channelId}:${messageTs}`;
}
