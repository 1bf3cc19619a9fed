import { setTimeout as timer } from 'node:timers/promises';

const TRIES = 4;
/** A server that asks for more than this is not worth a retry. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1000;
const PASSING = new Set([429, 500, 502, 503, 504, 529]);
/** A server that restarts, or a name server that is busy. A name that does not exist (ENOTFOUND) stays so. */
const PASSING_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
]);

export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;

export const sleepByTimer: Sleep = (ms, signal) => timer(ms, undefined, { signal });

export interface PatientFetchOptions {
  /** For each try, its body included; the waits between them do not count. */
  readonly timeoutMs: number;
  /** @default a timer */
  readonly sleep?: Sleep | undefined;
}

/**
 * Asks again after what passes, as long as the server wants it to wait. For requests that only read.
 *
 * @throws Error that says so when a try takes longer than it may, also while its body is read.
 */
export function patientFetch(
  fetch: typeof globalThis.fetch,
  { timeoutMs, sleep = sleepByTimer }: PatientFetchOptions,
): typeof globalThis.fetch {
  return async (input, init) => {
    const given = init?.signal ?? undefined;
    for (let wait = FIRST_WAIT_MS, tries = 1; ; wait *= 2, tries += 1) {
      const signals = [...(given ? [given] : []), timeoutAfter(timeoutMs)];
      const last = tries === TRIES;
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) }).catch(
        (error: unknown) => {
          given?.throwIfAborted();
          if (last || !isPassing(error)) throw error;
          return undefined;
        },
      );
      if (response && (!PASSING.has(response.status) || last)) return response;
      const asked = Number(response?.headers.get('retry-after')) * 1000;
      if (response && asked > LONGEST_WAIT_MS) return response;
      await response?.body?.cancel();
      await sleep(asked > 0 ? asked : wait, given);
    }
  };
}

/** Its reason is what the reader of a response that is cut off gets. */
function timeoutAfter(ms: number): AbortSignal {
  const timeout = new AbortController();
  setTimeout(() => timeout.abort(new Error(`expected an answer within ${ms / 1000} s`)), ms).unref();
  return timeout.signal;
}

function isPassing(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined;
  // Where a name has several addresses, what each of them failed with.
  const causes: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  return causes.some((one) => one instanceof Error && 'code' in one && PASSING_CODES.has(String(one.code)));
}
