import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);
/** A run's own part; `post.<id>.inputs` and its like belong to it. A quote cannot occur in JSON unescaped. */
const RUN_PART = /name="(?:post|patch)\.([0-9a-f-]{36})"/g;

/**
 * Counts the runs in batches that were not delivered. A run travels twice, at its start (post) and at its end (patch),
 * often in different batches: it counts once. Reading a batch costs about 1 ms, and is done only in an outage.
 */
export class LostRuns {
  #count = 0;
  #batches = new WeakMap<object, number>();
  /** Counted for one half, the other still to come, in either order. */
  readonly #halves = new Set<string>();

  get count(): number {
    return this.#count;
  }

  /** A run that was not even begun. */
  addOne(): void {
    this.#count += 1;
  }

  /** @returns false for a batch that was added before: it is not counted again. */
  async add(batch: unknown): Promise<boolean> {
    if (!(batch instanceof Uint8Array)) return true;
    if (this.#batches.has(batch)) return false;
    this.#batches.set(batch, 0);
    const parts = [...(await textOf(batch)).matchAll(RUN_PART)];
    let runs = 0;
    for (const [, id = ''] of parts) {
      if (this.#halves.delete(id)) continue;
      this.#halves.add(id);
      runs += 1;
    }
    this.#batches.set(batch, runs);
    this.#count += runs;
    return true;
  }

  /** Takes a batch out of the count. @returns how many runs it counted for */
  forget(batch: unknown): number {
    const runs = batch instanceof Uint8Array ? (this.#batches.get(batch) ?? 0) : 0;
    this.#count -= runs;
    return runs;
  }

  clear(): void {
    this.#count = 0;
    this.#batches = new WeakMap();
    this.#halves.clear();
  }
}

async function textOf(batch: Uint8Array): Promise<string> {
  const zipped = batch[0] === 0x1f && batch[1] === 0x8b;
  const bytes = zipped ? await unzip(batch) : Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  return bytes.toString('latin1');
}
