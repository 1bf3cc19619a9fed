import { reasonOf } from '../reason-of.js';
import type { SendRuns, Sent } from '../send-runs.js';
import type { Otlp } from './otlp.js';
import type { SpanSettings } from './span-settings.js';

export interface SendSpansOptions extends Pick<SpanSettings, 'url' | 'timeoutMs'> {
  readonly otlp: Promise<Otlp>;
  readonly fetch: typeof globalThis.fetch;
}

/** Sends spans by OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export function createSendSpans({ url, timeoutMs, otlp, fetch }: SendSpansOptions): SendRuns {
  return async ({ headers, body }, signal) => {
    const patience = AbortSignal.timeout(timeoutMs);
    try {
      const { headers: given, rejected } = await otlp;
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...given, ...headers },
        body,
        // The headers may hold a key, which is for this address alone.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      if (!response.ok) {
        await response.body?.cancel();
        return refusal(response.status);
      }
      return taken(rejected, await response.arrayBuffer());
    } catch (error) {
      return { state: 'failed', reason: reasonOf(error) };
    }
  };
}

/** Of the spans themselves; every other state is of the address, the key or the moment. */
const WRONG: ReadonlySet<number> = new Set([400, 413, 422]);

function refusal(status: number): Sent {
  return { state: WRONG.has(status) ? 'refused' : 'failed', reason: `HTTP ${status}` };
}

/** What the answer says beside a number may quote a span, so it is not passed on. */
function taken(rejected: Otlp['rejected'], answer: ArrayBuffer): Sent {
  const lost = rejectedSpans(rejected, answer);
  return lost > 0 ? { state: 'refused', reason: 'partial success', lost } : { state: 'taken' };
}

/** Many answer with a word or a page instead, and have taken everything. */
function rejectedSpans(rejected: Otlp['rejected'], answer: ArrayBuffer): number {
  try {
    return rejected(new Uint8Array(answer));
  } catch {
    return 0;
  }
}
