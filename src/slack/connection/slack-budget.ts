import { setTimeout } from 'node:timers/promises';

export interface SlackBudgetOptions {
  readonly now?: () => number;
  /** Of Slack's limits: less than 1 when other processes call for the same workspace. @default 1 */
  readonly share?: number | undefined;
}

/** The methods that an answer is delivered by. */
export type Metered =
  | 'chat.startStream'
  | 'chat.appendStream'
  | 'chat.stopStream'
  | 'chat.postMessage'
  | 'chat.update'
  | 'conversations.replies'
  | 'reactions.add'
  | 'reactions.remove'
  | 'files.getUploadURLExternal'
  | 'files.completeUploadExternal';

type Limits = Readonly<Record<Metered, { readonly most: number; readonly windowMs: number }>>;

const MINUTE_MS = 60_000;
/**
 * Calls in a sliding window, a little below Slack's tiers, because calls do not arrive as evenly as they are sent. Posts
 * count by channel. https://docs.slack.dev/apis/web-api/rate-limits
 */
const LIMITS: Limits = {
  'chat.startStream': { most: 16, windowMs: MINUTE_MS },
  'chat.appendStream': { most: 90, windowMs: MINUTE_MS },
  'chat.stopStream': { most: 18, windowMs: MINUTE_MS },
  'chat.postMessage': { most: 1, windowMs: 1_050 },
  'chat.update': { most: 45, windowMs: MINUTE_MS },
  'conversations.replies': { most: 45, windowMs: MINUTE_MS },
  // Slack takes more of them, but each is taken back.
  'reactions.add': { most: 16, windowMs: MINUTE_MS },
  'reactions.remove': { most: 18, windowMs: MINUTE_MS },
  'files.getUploadURLExternal': { most: 18, windowMs: MINUTE_MS },
  'files.completeUploadExternal': { most: 18, windowMs: MINUTE_MS },
};

interface Meter {
  /** When the calls of the window were made, oldest first. */
  taken: number[];
  /** Until when Slack wants to be left alone. */
  closedUntil: number;
  waiting: number;
  /** The last one that waits. */
  line: Promise<void>;
}

/**
 * What one workspace still lets us call, known before Slack says no. One object for all answers of the workspace; each
 * method, and each channel's posts, by itself: none of them waits for another.
 */
export class SlackBudget {
  readonly #now: () => number;
  readonly #meters = new Map<string, Meter>();
  readonly #share: number;
  #openStreams = 0;

  constructor({ now = Date.now, share = 1 }: SlackBudgetOptions = {}) {
    this.#now = now;
    this.#share = share;
  }

  /** A place for another stream, with the call that ends it; false while the answer had better come in one post. */
  openStream(): boolean {
    const stops = this.#recent('chat.stopStream').taken.length + this.#openStreams;
    if (stops >= this.#limit('chat.stopStream').most || !this.tryTake('chat.startStream')) return false;
    this.#openStreams += 1;
    return true;
  }

  /** A stream that is open without one's having known. */
  adoptStream(): void {
    this.#openStreams += 1;
  }

  closeStream(): void {
    this.#openStreams -= 1;
  }

  /** How long a stream waits between two appends, so that all of them get along with Slack's hundred a minute. */
  appendIntervalMs(): number {
    return (this.#openStreams * MINUTE_MS) / this.#limit('chat.appendStream').most;
  }

  /** Milliseconds until a call may be made; 0 at once. */
  waitMs(method: Metered, channel?: string): number {
    const { taken, closedUntil } = this.#recent(method, channel);
    const { most, windowMs } = this.#limit(method);
    const oldest = taken.length >= most ? taken[taken.length - most] : undefined;
    const free = oldest === undefined ? 0 : oldest + windowMs;
    return Math.max(0, free - this.#now(), closedUntil - this.#now());
  }

  /** Resolves when it is one's turn; first come, first served. `onWait` hears about how long it will take when that is not at once. */
  async take(method: Metered, channel?: string, onWait?: (ms: number) => unknown): Promise<void> {
    const meter = this.#recent(method, channel);
    const { most, windowMs } = this.#limit(method);
    const wait = this.waitMs(method, channel) + (meter.waiting * windowMs) / most;
    if (wait > 0) onWait?.(wait);
    meter.waiting += 1;
    meter.line = meter.line.then(async () => {
      while (!this.tryTake(method, channel)) await setTimeout(Math.max(5, this.waitMs(method, channel)));
      meter.waiting -= 1;
    });
    await meter.line;
  }

  /** Slack said no: nobody calls for so long. */
  leaveAlone(method: Metered, channel: string | undefined, ms: number): void {
    const meter = this.#recent(method, channel);
    meter.closedUntil = Math.max(meter.closedUntil, this.#now() + ms);
  }

  /** Takes the call when it may be made at once. */
  tryTake(method: Metered, channel?: string): boolean {
    if (this.waitMs(method, channel) > 0) return false;
    this.#recent(method, channel).taken.push(this.#now());
    return true;
  }

  /** A share of a single call is a call in a longer time. */
  #limit(method: Metered): { readonly most: number; readonly windowMs: number } {
    const { most, windowMs } = LIMITS[method];
    const shared = Math.max(1, Math.floor(most * this.#share));
    return { most: shared, windowMs: (windowMs * shared) / (most * this.#share) };
  }

  #recent(method: Metered, channel?: string): Meter {
    const name = method === 'chat.postMessage' ? `${method} ${channel}` : method;
    const meter = this.#meters.get(name) ?? {
      taken: [],
      closedUntil: 0,
      waiting: 0,
      line: Promise.resolve(),
    };
    const since = this.#now() - this.#limit(method).windowMs;
    while (meter.taken[0] !== undefined && meter.taken[0] <= since) meter.taken.shift();
    this.#meters.set(name, meter);
    if (this.#meters.size > MOST_METERS) this.#forget(name);
    return meter;
  }

  /** Channels that are at rest. */
  #forget(kept: string): void {
    const now = this.#now();
    for (const [name, { taken, closedUntil, waiting }] of this.#meters) {
      const last = taken.at(-1) ?? 0;
      if (name !== kept && waiting === 0 && last < now - MINUTE_MS && closedUntil < now)
        this.#meters.delete(name);
    }
  }
}

/** More are looked through for those at rest. */
const MOST_METERS = 1_000;
