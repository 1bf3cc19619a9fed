import { DocumentParser, type ParseLimits } from './document-parser.js';
import type { DocumentJob } from './parse-job.js';

/** Shorter than for an ingest: somebody waits for the answer. */
const LIMITS: ParseLimits = { timeoutMs: 10_000, memoryMb: 512 };

/**
 * Parses files that people attach to their questions: one at a time, however many ask, each in a worker that ends with it.
 * An idle bot keeps no parser in memory. Rejects as {@link DocumentParser.document}; an aborted job is not begun.
 */
export function createFileParser(
  limits: ParseLimits = LIMITS,
): (type: 'pdf' | 'docx', bytes: Uint8Array, signal: AbortSignal) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve();
  return (type, bytes, signal) => {
    const text = last.then(async () => {
      signal.throwIfAborted();
      return parse({ type, bytes }, signal, limits);
    });
    last = text.catch(() => undefined);
    return text;
  };
}

async function parse(job: DocumentJob, signal: AbortSignal, limits: ParseLimits): Promise<string> {
  const parser = new DocumentParser({ ...limits, signal });
  try {
    return (await parser.document(job)).text;
  } finally {
    await parser.close();
  }
}
