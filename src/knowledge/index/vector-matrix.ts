/** What of it is used here: Node's types leave WebAssembly to the browser's. */
declare global {
  namespace WebAssembly {
    class Memory {
      private constructor();
      readonly buffer: ArrayBuffer;
      grow(pages: number): number;
    }
    class Instance {
      constructor(module: Module);
      readonly exports: Readonly<Record<string, unknown>>;
    }
    class Module {
      constructor(bytes: Uint8Array);
    }
  }
}

/**
 * `dots`, in WebAssembly for its SIMD: plain JavaScript takes 20 to 35 ms for 20,000 x 512, this 5, which is about what
 * reading the memory costs. To change it, change the text below, run wabt's `wat2wasm` and paste the bytes as base64.
 *
 *     (memory (export "memory") 1)
 *     (func (export "dots") (param $query i32) (param $row i32) (param $out i32) (param $rows i32) (param $bytes i32)
 *       (local $p i32) (local $end i32) (local $a v128) (local $b v128)
 *       (local.set $end (i32.add (local.get $query) (local.get $bytes)))
 *       (loop $each
 *         (local.set $p (local.get $query))
 *         (local.set $a (v128.const i32x4 0 0 0 0))
 *         (local.set $b (v128.const i32x4 0 0 0 0))
 *         (loop $dims
 *           (local.set $a (f32x4.add (local.get $a)
 *             (f32x4.mul (v128.load (local.get $p)) (v128.load (local.get $row)))))
 *           (local.set $b (f32x4.add (local.get $b)
 *             (f32x4.mul (v128.load offset=16 (local.get $p)) (v128.load offset=16 (local.get $row)))))
 *           (local.set $row (i32.add (local.get $row) (i32.const 32)))
 *           (br_if $dims (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 32))) (local.get $end))))
 *         (local.set $a (f32x4.add (local.get $a) (local.get $b)))
 *         (f32.store (local.get $out) (f32.add
 *           (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
 *           (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
 *         (local.set $out (i32.add (local.get $out) (i32.const 4)))
 *         (br_if $each (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))
 */
const DOTS =
  'AGFzbQEAAAABCQFgBX9/f39/AAMCAQAFAwEAAQcRAgZtZW1vcnkCAARkb3RzAAAKtgEBswECAn8CeyAAIARqIQYDQCAAIQX9DAAAAAAAAAAAAAAAAA' +
  'AAAAAhB/0MAAAAAAAAAAAAAAAAAAAAACEIA0AgByAF/QAEACAB/QAEAP3mAf3kASEHIAggBf0ABBAgAf0ABBD95gH95AEhCCABQSBqIQEgBUEgaiIF' +
  'IAZJDQALIAcgCP3kASEHIAIgB/0fACAH/R8BkiAH/R8CIAf9HwOSkjgCACACQQRqIQIgA0EBayIDDQALCw==';

/** Rows that are scored in one call: about a millisecond at 512 dimensions. */
export const MOST_ROWS = 4096;

const PAGE = 65_536;
const FLOAT = Float32Array.BYTES_PER_ELEMENT;
/** The kernel takes eight numbers at a time; the rest of a row is zeros. */
const LANES = 8;

/** Rows of float32 of one length, and their products with a query. */
export class VectorMatrix {
  readonly dimensions: number;
  readonly #stride: number;
  /** Where the products are written, and the first row: the query is before them. */
  readonly #out: number;
  readonly #rows: number;
  readonly #memory: WebAssembly.Memory;
  readonly #dots: (query: number, row: number, out: number, rows: number, bytes: number) => void;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#stride = Math.max(1, Math.ceil(dimensions / LANES)) * LANES * FLOAT;
    this.#out = this.#stride;
    this.#rows = this.#out + MOST_ROWS * FLOAT;
    const { memory, dots } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(DOTS, 'base64')))
      .exports;
    if (!(memory instanceof WebAssembly.Memory) || typeof dots !== 'function') {
      throw new TypeError('expected the module to export its memory and "dots"');
    }
    this.#memory = memory;
    this.#dots = (...args) => dots(...args);
  }

  /** Writes a row, as little-endian float32. */
  set(row: number, vector: Uint8Array): void {
    const start = this.#rows + row * this.#stride;
    const missing = start + this.#stride - this.#memory.buffer.byteLength;
    // By half of what there is: to grow by a page at a time would be slow, and the unused is never touched.
    if (missing > 0)
      this.#memory.grow(Math.ceil(Math.max(missing, this.#memory.buffer.byteLength / 2) / PAGE));
    new Uint8Array(this.#memory.buffer).set(vector, start);
  }

  row(row: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#rows + row * this.#stride, this.dimensions * FLOAT);
  }

  /** The products of a query with `count` rows from `first` on, at most {@link MOST_ROWS}. Holds until the next call. */
  products(query: Float32Array, first: number, count: number): Float32Array {
    if (count > 0) {
      new Float32Array(this.#memory.buffer).set(query);
      this.#dots(0, this.#rows + first * this.#stride, this.#out, count, this.#stride);
    }
    return new Float32Array(this.#memory.buffer, this.#out, count);
  }
}
