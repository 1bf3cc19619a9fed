import { reasonOf } from './reason-of.js';
import type { PackedBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';

export interface SendRunsOptions {
  readonly apiKey: string;
  readonly endpoint: string;
  readonly workspaceId?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

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

/** Sends one batch, once. Never rejects. */
export type SendRuns = (batch: Omit<PackedBatch, 'runIds'>, signal?: AbortSignal) => Promise<Sent>;

export function createSendRuns({ apiKey, endpoint, workspaceId, fetch }: SendRunsOptions): SendRuns {
  const url = `${endpoint}/runs/multipart`;
  const key = { 'x-api-key': apiKey, ...(workspaceId !== undefined && { 'x-tenant-id': workspaceId }) };

  return async ({ headers, body }, signal) => {
    const patience = AbortSignal.timeout(RUN_LIMITS.timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, ...key },
        body,
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      await response.body?.cancel();
      return outcomeOf(response.status);
    } catch (error) {
      return { state: 'failed', reason: reasonOf(error) };
    }
  };
}

function outcomeOf(status: number): Sent {
  // 409: it has these runs already, from a try whose answer was lost.
  if (status < 300 || status === 409) return { state: 'taken' };
  const reason = `HTTP ${status}`;
  return { state: status >= 500 || NOT_THE_BATCH.has(status) ? 'failed' : 'refused', reason };
}

/** Of the key, the address or the moment, not of what was sent. */
const NOT_THE_BATCH: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 425, 429]);
