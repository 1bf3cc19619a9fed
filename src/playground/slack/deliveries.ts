/** What Slack sends to an app. */
export interface Outgoing {
  readonly kind: 'events_api' | 'interactive' | 'slash_commands';
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Retry {
  readonly num: number;
  /** Slack's word: `http_timeout`, `http_error`, `connection_failed`, in Socket Mode `timeout`. */
  readonly reason: string;
}

/** Departures from what Slack does by itself. The last three are for HTTP only. */
export interface SendOptions {
  readonly retry?: Retry | undefined;
  /** Seconds since the epoch, to send a stale or a future request. */
  readonly timestamp?: number | undefined;
  readonly badSignature?: boolean | undefined;
  /** Sent, and signed, instead of the payload. */
  readonly rawBody?: string | undefined;
}

/** One try to deliver. */
export interface Attempt {
  /** The app acked in time. */
  readonly ok: boolean;
  /** The HTTP status; absent in Socket Mode and when nothing came back. */
  readonly status?: number | undefined;
  /** What the app said with its ack. */
  readonly body: string;
  readonly ms: number;
  readonly retry?: Retry | undefined;
  /** Why it failed; the reason of the next retry. */
  readonly failure?: string | undefined;
  /** The app asked not to be tried again (`X-Slack-No-Retry`). */
  readonly final?: boolean | undefined;
}

/** Delivers once. Resolves also when it fails. */
export type Transport = (outgoing: Outgoing, options?: SendOptions) => Promise<Attempt>;

export interface Delivery {
  readonly outgoing: Outgoing;
  /** Grows while Slack retries. */
  readonly attempts: readonly Attempt[];
  readonly acked: boolean;
  /** When it is acked or given up. */
  readonly settled: Promise<void>;
}

export interface Deliveries {
  /** Resolves after the first attempt; retries go on behind it. */
  send(transport: Transport, outgoing: Outgoing, options?: SendOptions): Promise<Delivery>;
  all(): Delivery[];
  onAttempt(listener: () => void): () => void;
  /** No further retries. */
  stop(): void;
}

/** Slack's own: at once, after a minute, after five. */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];

/** Sends as Slack does: an event that is not acked within three seconds comes again under the same event_id. */
export function createDeliveries(retryDelaysMs: readonly number[] = RETRY_DELAYS_MS): Deliveries {
  const sent: Delivery[] = [];
  const listeners = new Set<() => void>();
  const pauses = new Set<() => void>();
  let stopped = false;

  function pause(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const proceed = () => {
        clearTimeout(timer);
        pauses.delete(proceed);
        resolve();
      };
      const timer = setTimeout(proceed, ms).unref();
      pauses.add(proceed);
    });
  }

  return {
    async send(transport, outgoing, options = {}) {
      const attempts: Attempt[] = [];
      const attempt = async (retry?: Retry): Promise<Attempt> => {
        const result = await transport(outgoing, retry ? { ...options, retry } : options);
        attempts.push(result);
        for (const listener of listeners) listener();
        return result;
      };
      const retryUntilAcked = async (first: Attempt): Promise<void> => {
        let last = first;
        // Slack never repeats a click: the user sees the failure and clicks again.
        const delays = outgoing.kind === 'events_api' ? retryDelaysMs : [];
        for (const [index, delay] of delays.entries()) {
          if (last.ok || last.final) return;
          await pause(delay);
          if (stopped) return;
          last = await attempt({ num: index + 1, reason: last.failure ?? 'unknown_error' });
        }
      };
      const first = attempt(options.retry);
      const delivery: Delivery = {
        outgoing,
        attempts,
        get acked() {
          return attempts.at(-1)?.ok ?? false;
        },
        settled: first.then(retryUntilAcked),
      };
      sent.push(delivery);
      await first;
      return delivery;
    },
    all: () => [...sent],
    onAttempt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      for (const proceed of pauses) proceed();
    },
  };
}
