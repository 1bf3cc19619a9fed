import { postBatch, type Sent } from './post-batch.js';
import type { PackedBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';

export interface SendRunsOptions {
  readonly apiKey: string;
  readonly endpoint: string;
  readonly workspaceId?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** Sends one batch, once. Never rejects. */
export type SendRuns = (batch: Omit<PackedBatch, 'runIds'>, signal?: AbortSignal) => Promise<Sent>;

export function createSendRuns({ apiKey, endpoint, workspaceId, fetch }: SendRunsOptions): SendRuns {
  const url = `${endpoint}/runs/multipart`;
  const headers = { 'x-api-key': apiKey, ...(workspaceId !== undefined && { 'x-tenant-id': workspaceId }) };
  const { timeoutMs } = RUN_LIMITS;

  async function onTaken({ body }: Response): Promise<Sent> {
    await body?.cancel();
    return { state: 'taken' };
  }

  return (batch, signal) => postBatch(batch, { url, headers, timeoutMs, fetch, signal, onTaken });
}
