import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../logger.js';
import type { PackedBatch } from './run-batch.js';

export interface FailedTracesSettings {
  readonly dir: string;
  /** Of all files together. What comes when it is reached is lost. */
  readonly maxBytes: number;
}

export interface FailedTracesOptions extends FailedTracesSettings {
  readonly log: Log;
  readonly now: () => number;
}

/** A file's name: by time, so that a sorted list is in order. The same as LangSmith's SDK writes, and so is what is in it. */
export const FAILED_TRACE = /^trace_\d{10,16}_[0-9a-f]{8}\.json$/;

/** What a file holds: a request that can be sent again. No key is in it. */
export interface FailedTrace {
  readonly version: 1;
  readonly endpoint: 'runs/multipart';
  readonly headers: PackedBatch['headers'];
  readonly body_base64: string;
}

/**
 * Others send from the folder, and may write there too, so what it holds is counted anew now and then. Not each time: of
 * 13,000 files it takes half a second.
 */
const RECOUNT_MS = 60_000;
/** Files that are looked at together. */
const STATS = 32;

/** Keeps what LangSmith did not take in a folder, readable by its owner alone, until it is sent again. */
export class FailedTraces {
  readonly #options: FailedTracesOptions;
  /** One after the other: the cap would not hold otherwise. */
  #last: Promise<boolean> = Promise.resolve(true);
  #complained = false;
  /** Of all files, as last counted and with what was written since. */
  #bytes = 0;
  #countedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FailedTracesOptions) {
    this.#options = options;
  }

  /** @returns whether it is on the disk. Never rejects: what cannot be written is lost, and the log says so once. */
  keep(batch: PackedBatch): Promise<boolean> {
    this.#last = this.#last.then(() => this.#keep(batch));
    return this.#last;
  }

  async #keep({ headers, body }: PackedBatch): Promise<boolean> {
    const { dir, maxBytes, now } = this.#options;
    const content = { version: 1, endpoint: 'runs/multipart', headers, body_base64: base64(body) } as const;
    const text = JSON.stringify(content satisfies FailedTrace);
    const path = join(dir, `trace_${now()}_${randomBytes(4).toString('hex')}.json`);
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      if (now() - this.#countedAt > RECOUNT_MS) await this.#count();
      if (this.#bytes + text.length > maxBytes)
        return this.#lose({ dir, maxBytes }, 'LANGSMITH_FAILED_TRACES_DIR is full: further traces are lost');
      await writeWhole(path, text);
      this.#bytes += text.length;
      this.#complained = false;
      return true;
    } catch (err) {
      return this.#lose({ dir, err }, 'LANGSMITH_FAILED_TRACES_DIR cannot be written: traces are lost');
    }
  }

  async #count(): Promise<void> {
    const { dir, now } = this.#options;
    this.#bytes = await bytesIn(dir);
    this.#countedAt = now();
  }

  #lose(fields: object, message: string): false {
    if (!this.#complained) this.#options.log.warn(fields, message);
    this.#complained = true;
    return false;
  }
}

/** Some files at a time, for as long as a full folder takes. */
async function bytesIn(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((name) => name.startsWith('trace_'));
  let bytes = 0;
  for (let index = 0; index < names.length; index += STATS) {
    const sizes = names.slice(index, index + STATS).map((name) => sizeOf(join(dir, name)));
    for (const size of await Promise.all(sizes)) bytes += size;
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // It was sent and removed meanwhile.
    return 0;
  }
}

/** All of it or nothing under its name, also when the process dies. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
