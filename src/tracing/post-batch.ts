import { reasonOf } from './reason-of.js';
import type { PackedBatch } from './run-batch.js';

/**
 * What became of a batch.
 * - `taken`: the recipient has it, maybe since before;
 * - `refused`: the batch is wrong, or `lost` runs of it are, and would be refused again;
 * - `failed`: the recipient is away, or does not let us in.
 */
export type Sent =
  | { readonly state: 'taken' }
  | { readonly state: 'refused'; readonly reason: string; readonly lost?: number }
  | { readonly state: 'failed'; readonly reason: string };

export interface PostOptions {
  readonly url: string;
  /** Beside those that describe the body; secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
  /** Gives up before the time is over. */
  readonly signal?: AbortSignal | undefined;
  /** What an answer means that says all is well. */
  readonly onTaken: (response: Response) => Promise<Sent>;
}

/**
 * Sends one batch, once. Follows no redirect: the headers hold a key, which is for this address alone, and what a page to
 * sign in answers would count as taken. Never rejects.
 */
export async function postBatch(batch: Omit<PackedBatch, 'runIds'>, options: PostOptions): Promise<Sent> {
  const { url, headers, timeoutMs, fetch, signal, onTaken } = options;
  const patience = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, ...batch.headers },
      body: batch.body,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    if (response.ok) return await onTaken(response);
    await response.body?.cancel();
    return refusal(response.status);
  } catch (error) {
    return { state: 'failed', reason: reasonOf(error) };
  }
}

function refusal(status: number): Sent {
  // It has these already, from a try whose answer was lost.
  if (status === 409) return { state: 'taken' };
  return { state: OF_THE_BATCH.has(status) ? 'refused' : 'failed', reason: `HTTP ${status}` };
}

/** Of what was sent; every other state is of the address, the key or the moment. */
const OF_THE_BATCH: ReadonlySet<number> = new Set([400, 413, 422]);
