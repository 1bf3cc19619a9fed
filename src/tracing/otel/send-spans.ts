import { postBatch, type Sent } from '../post-batch.js';
import type { SendRuns } from '../send-runs.js';
import type { Otlp } from './otlp.js';
import type { SpanSettings } from './span-settings.js';

export interface SendSpansOptions extends Pick<SpanSettings, 'url' | 'timeoutMs'> {
  /** There already: a batch was packed with it. */
  readonly otlp: Promise<Otlp>;
  readonly fetch: typeof globalThis.fetch;
}

/** Sends spans by OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export function createSendSpans({ otlp, ...way }: SendSpansOptions): SendRuns {
  return async (batch, signal) => {
    const { headers, rejected } = await otlp;
    const onTaken = async (response: Response) => taken(rejected, await response.arrayBuffer());
    return postBatch(batch, { ...way, headers, signal, onTaken });
  };
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
