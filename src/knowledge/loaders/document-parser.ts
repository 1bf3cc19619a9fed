import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../start-worker.js';
import type { PreparedChunk } from '../chunks/prepare-chunks.js';
import type {
  CutJob,
  DocumentJob,
  ParsedDocument,
  ParsedSitemap,
  ParseJob,
  ParseReply,
} from './parse-job.js';

export interface DocumentParserOptions extends ParseLimits {
  /** Ends what is being parsed. */
  readonly signal?: AbortSignal | undefined;
}

export interface ParseLimits {
  /** @default 30,000 */
  readonly timeoutMs?: number | undefined;
  /**
   * Of the worker's JavaScript objects, and of what the process may grow by meanwhile: buffers are not counted with objects.
   * @default 768
   */
  readonly memoryMb?: number | undefined;
}

/** How often the memory is looked at; a bomb grows by 1 to 2 GB a second. */
const WATCH_MS = 50;
const MB = 1024 * 1024;

/**
 * Parses documents in a worker, one after the other, and ends the worker that takes too long or too much. The next document
 * gets a new one. Cutting is parsing too: Markdown can be as hostile as a PDF, and takes the caller's thread no time here.
 */
export class DocumentParser {
  readonly #timeoutMs: number;
  readonly #memoryMb: number;
  readonly #signal: AbortSignal | undefined;
  #worker: Worker | undefined;

  constructor({ timeoutMs = 30_000, memoryMb = 768, signal }: DocumentParserOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#memoryMb = memoryMb;
    this.#signal = signal;
  }

  /** @throws Error with a reason that people can act on. */
  async document(job: DocumentJob): Promise<ParsedDocument> {
    const reply = await this.#ask(job);
    if ('document' in reply) return reply.document;
    throw new Error('problem' in reply ? reply.problem : 'expected a document');
  }

  /** @throws Error when it is no sitemap. */
  async sitemap(bytes: Uint8Array): Promise<ParsedSitemap> {
    const reply = await this.#ask({ type: 'sitemap', bytes });
    if ('sitemap' in reply) return reply.sitemap;
    throw new Error('problem' in reply ? reply.problem : 'expected a sitemap');
  }

  /** The document's passages, ready to be stored. @throws Error with a reason that people can act on. */
  async cut(job: Omit<CutJob, 'type'>): Promise<readonly PreparedChunk[]> {
    const reply = await this.#ask({ type: 'cut', ...job });
    if ('chunks' in reply) return reply.chunks;
    throw new Error('problem' in reply ? reply.problem : 'expected passages');
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(job: ParseJob): Promise<ParseReply> {
    this.#signal?.throwIfAborted();
    this.#worker ??= await startWorker(new URL('./parse-worker.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb },
    });
    const worker = this.#worker;
    const before = process.memoryUsage.rss();
    let [resolve, reject]: [(reply: ParseReply) => void, (reason: Error) => void] = [() => {}, () => {}];
    const promise = new Promise<ParseReply>((...settle) => {
      [resolve, reject] = settle;
    });
    const listeners = {
      message: resolve,
      error: (error: Error) => reject(this.#reasonFor(error)),
      exit: () => reject(new Error('the parser ended before it was done')),
    };
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > this.#memoryMb * MB) reject(this.#tooLarge());
    }, WATCH_MS);
    const limit = setTimeout(() => reject(this.#tooSlow()), this.#timeoutMs);
    const stop = () => reject(interrupted(this.#signal));
    this.#signal?.addEventListener('abort', stop);
    // While the worker was started.
    if (this.#signal?.aborted) stop();
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
    try {
      worker.postMessage(job);
      return await promise;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearInterval(watch);
      clearTimeout(limit);
      this.#signal?.removeEventListener('abort', stop);
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
    }
  }

  #reasonFor(error: Error): Error {
    return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? this.#tooLarge() : error;
  }

  #tooSlow(): Error {
    return new Error(
      `expected to parse it within ${this.#timeoutMs / 1000} s, which was not enough: split the document`,
    );
  }

  #tooLarge(): Error {
    return new Error(
      `expected to parse it within ${this.#memoryMb} MB, which was not enough: split the document`,
    );
  }
}

function interrupted(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('it was interrupted');
}
