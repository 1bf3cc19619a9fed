import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Batch, PackedBatch } from '../run-batch.js';
import type { RunOperation } from '../run-sink.js';
import type { Otlp } from './otlp.js';
import type { Span } from './span.js';
import { type ModelService, spanOf } from './span-of.js';

const pack = promisify(gzip);

/** Of a span beside its attributes' text: ids, times, names. */
const BYTES_BESIDE_TEXT = 1_000;

export interface SpanBatchOptions {
  readonly otlp: Promise<Otlp>;
  readonly gzip: boolean;
  readonly service: ModelService | undefined;
}

/** Ended runs that travel in one request as spans. */
export class SpanBatch implements Batch {
  readonly #options: SpanBatchOptions;
  readonly #spans: Span[] = [];
  readonly #ids = new Set<string>();
  #bytes = 0;

  constructor(options: SpanBatchOptions) {
    this.#options = options;
  }

  add(ended: RunOperation): void {
    const span = spanOf(ended, this.#options.service);
    this.#spans.push(span);
    this.#ids.add(ended.run.id);
    this.#bytes += sizeOf(span);
  }

  get runIds(): ReadonlySet<string> {
    return this.#ids;
  }

  get operations(): number {
    return this.#spans.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async packed(): Promise<PackedBatch> {
    const { otlp, gzip } = this.#options;
    const { encode, contentType } = await otlp;
    const body = encode(this.#spans);
    return {
      runIds: this.#ids,
      body: gzip ? await pack(body, { level: 1 }) : new Uint8Array(body),
      headers: { 'Content-Type': contentType, ...(gzip && { 'Content-Encoding': 'gzip' }) },
    };
  }
}

function sizeOf({ attributes }: Span): number {
  return Object.values(attributes).reduce<number>(
    (bytes, value) => (typeof value === 'string' ? bytes + value.length : bytes),
    BYTES_BESIDE_TEXT,
  );
}
