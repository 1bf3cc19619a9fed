import type { Log } from '../logger.js';
import { LostRuns } from './lost-runs.js';

type Fetch = typeof globalThis.fetch;

export interface BreakerOptions {
  readonly fetch: Fetch;
  readonly log: Log;
  readonly now: () => number;
  /** Milliseconds that LangSmith has for one request. @default 5,000 */
  readonly timeoutMs?: number;
  /** Milliseconds for which nothing is sent after failures. @default 30,000 */
  readonly pauseMs?: number;
}

/** How things stand with LangSmith. */
export interface Outage {
  /** True while whatever is sent would be dropped: do not even begin a trace. */
  lasts(): boolean;
  /** Counts a run that was not begun. */
  lose(): void;
  /** Counts feedback that was not delivered. */
  loseFeedback(): void;
  /** Runs lost in the outage that lasts; 0 outside of one. */
  runsLost(): number;
}

export interface Breaker {
  readonly fetch: Fetch;
  readonly outage: Outage;
}

/** Failures in a row that make an outage: the SDK's one retry lies between them. */
const FAILURES = 2;
const OUTAGE = 'LangSmith takes no traces: runs are dropped until it does';

/**
 * What LangSmith's own `/info` says of the ways to send, as far as the SDK asks. Answered here, because a LangSmith that
 * is down at the start would otherwise leave the SDK with uncompressed batches that wait as objects.
 */
const SERVER_INFO = {
  batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520 },
  instance_flags: { gzip_body_enabled: true },
};

/**
 * A `fetch` for the LangSmith client that keeps an outage cheap. With the SDK's defaults 10,000 turns against a dead
 * endpoint cost 1.27 GB and stalls of seconds. Here, after two failures in a row, batches of runs are dropped and
 * counted for 30 s, and no trace is begun; then one is tried again. One line is logged when an outage begins and one
 * when it ends.
 *
 * Feedback and reads always go out, with the timeout.
 */
export function createBreaker({
  fetch,
  log,
  now,
  timeoutMs = 5_000,
  pauseMs = 30_000,
}: BreakerOptions): Breaker {
  const lost = new LostRuns();
  let failures = 0;
  let closedUntil = 0;
  let failing = false;
  let feedbackLost = 0;

  /** Instead of the SDK's own signal: that one is 90 s. */
  const send: Fetch = (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });

  async function sendBatch(input: Parameters<Fetch>[0], init: RequestInit | undefined): Promise<Response> {
    const batch = init?.body;
    if (failing) {
      if (now() < closedUntil) return dropped(batch);
      // Whatever comes while this one is under way is still dropped.
      closedUntil = now() + pauseMs;
    }
    const response = await send(input, init).catch(reasonOf);
    if (typeof response === 'string') return failed(batch, response);
    if (isRefusal(response.status)) {
      await response.body?.cancel();
      return failed(batch, `HTTP ${response.status}`);
    }
    succeeded(batch);
    return response;
  }

  async function failed(batch: unknown, reason: string): Promise<Response> {
    failures += 1;
    const firstTry = await lost.add(batch);
    if (failures < FAILURES) {
      // The SDK retries a 503 and nothing but its like: shown for every failure, each batch gets its second try.
      if (firstTry) return new Response(null, { status: 503, statusText: reason });
      // Others got through in between: not an outage, and so not part of its count.
      log.warn({ reason, runsLost: lost.forget(batch) }, 'LangSmith refused a batch of runs twice');
      return accepted();
    }
    closedUntil = now() + pauseMs;
    if (!failing) log.warn({ reason, retryInMs: pauseMs }, OUTAGE);
    failing = true;
    return accepted();
  }

  function succeeded(batch: unknown): void {
    failures = 0;
    lost.forget(batch);
    if (!failing) return;
    failing = false;
    log.info(
      { runsLost: lost.count, ...(feedbackLost > 0 && { feedbackLost }) },
      'LangSmith takes traces again',
    );
    lost.clear();
    feedbackLost = 0;
  }

  async function dropped(batch: unknown): Promise<Response> {
    await lost.add(batch);
    return accepted();
  }

  return {
    outage: {
      lasts: () => failing && now() < closedUntil,
      lose: () => lost.addOne(),
      loseFeedback: () => {
        feedbackLost += 1;
      },
      runsLost: () => lost.count,
    },
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname.endsWith('/info')) return Response.json(SERVER_INFO);
      return /\/runs\/(multipart|batch)$/.test(pathname) ? sendBatch(input, init) : send(input, init);
    },
  };
}

function accepted(): Response {
  return Response.json({ message: 'dropped' }, { status: 202 });
}

/** Not 400, 409 or 422: they speak of one batch, not of LangSmith. */
function isRefusal(status: number): boolean {
  return status >= 500 || [401, 403, 408, 425, 429].includes(status);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
