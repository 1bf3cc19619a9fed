import type { Log } from '../../logger.js';
import { type Outage, OutageWatch } from '../outage.js';
import type { Recipient } from '../recipient.js';
import { RunQueue } from '../run-queue.js';
import type { RunOperation, RunSender } from '../run-sink.js';
import type { Otlp } from './otlp.js';
import { createSendSpans } from './send-spans.js';
import { SpanBatch } from './span-batch.js';
import type { ModelService } from './span-of.js';
import type { SpanSettings } from './span-settings.js';

/** The way to a tool that takes OpenTelemetry. It gets what LangSmith gets, masked as that is. */
export interface SpanSink {
  readonly runs: RunSender;
  readonly outage: Outage;
}

export interface SpanSinkOptions {
  readonly settings: SpanSettings;
  /** The program's. */
  readonly version: string;
  /** Absent: no model is asked. */
  readonly service?: ModelService | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** @default Date.now */
  readonly now?: () => number;
}

const RECIPIENT: Recipient = { name: 'The OTLP endpoint', items: 'spans' };

/**
 * The queue, its bounds and its way with outages are those of the runs to LangSmith. OpenTelemetry's own processor and
 * exporter are not used: they bound what waits by its number and not by its size, do not say what they lost, and go past the
 * proxy and the certificates that everything else here goes by. No provider is registered: nothing else is traced by this.
 */
export function createSpanSink(options: SpanSinkOptions): SpanSink {
  const { settings, version, service, fetch, log, now = Date.now } = options;
  const outage = new OutageWatch({ log, now, keeps: false, recipient: RECIPIENT });
  const otlp = loadOtlp(settings, version);
  const { url, timeoutMs, gzip } = settings;
  const queue = new RunQueue({
    newBatch: () => new SpanBatch({ otlp, gzip, service }),
    send: createSendSpans({ url, timeoutMs, otlp, fetch }),
    outage,
  });
  return {
    outage,
    runs: {
      add(operation) {
        if (operation.run.end_time !== undefined) queue.add(inOnePiece(operation));
      },
      flush: (ms) => queue.flush(ms),
    },
  };
}

/** A span is sent once, when it has ended. */
function inOnePiece({ run, isBare, inputs }: RunOperation): RunOperation {
  return { kind: 'post', run: { ...run, ...(inputs && { inputs }) }, isBare };
}

/** Begun at once, so that the first answer does not wait for it. What fails here is reported with the first batch. */
function loadOtlp(settings: SpanSettings, version: string): Promise<Otlp> {
  const loading = import('./otlp.js').then(({ createOtlp }) => createOtlp(settings, version));
  loading.catch(() => {});
  return loading;
}
