import { setTimeout as timer } from 'node:timers/promises';

const TRIES = 4;
/** A server that asks for more than this is not worth a retry. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 1000;
const PASSING = new Set([429, 500, 502, 503, 504, 529]);

export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;

export const sleepByTimer: Sleep = (ms, signal) => timer(ms, undefined, { signal });

/** Asks again after what passes, as long as the server wants it to wait. For requests that only read. */
export function patientFetch(
  fetch: typeof globalThis.fetch,
  sleep: Sleep = sleepByTimer,
): typeof globalThis.fetch {
  return async (input, init) => {
    for (let wait = FIRST_WAIT_MS, tries = 1; ; wait *= 2, tries += 1) {
      const response = await fetch(input, init);
      if (!PASSING.has(response.status) || tries === TRIES) return response;
      const asked = Number(response.headers.get('retry-after')) * 1000;
      if (asked > LONGEST_WAIT_MS) return response;
      await response.body?.cancel();
      await sleep(asked > 0 ? asked : wait, init?.signal ?? undefined);
    }
  };
}
