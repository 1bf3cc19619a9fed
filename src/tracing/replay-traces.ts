import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../errors.js';
import { FAILED_TRACE } from './failed-traces.js';
import type { SendRuns } from './send-runs.js';

export interface ReplayOptions {
  readonly dir: string;
  readonly send: SendRuns;
  /** Told of each file that stays. */
  readonly onKept: (name: string, reason: string) => void;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Files by what became of them. */
export interface Replayed {
  readonly sent: number;
  /** Not taken: they stay in the folder. */
  readonly kept: number;
}

/** A longer one was not written by us. */
const MAX_BYTES = 200 * 1024 * 1024;
/** A file that was begun so long ago and is not whole never will be: its process died. */
const ABANDONED_MS = 10 * 60_000;
const PART = '.part';

/**
 * Sends what a folder of failed traces holds, the oldest first, and removes what LangSmith has taken. Interrupted and begun
 * anew it loses nothing: runs that LangSmith has already count as taken. Ends at the first sign that LangSmith is away. Two
 * may send from one folder. What a crash left half written goes, which would count for the folder's size for ever.
 *
 * @throws ExpectedError for what is no folder that can be read; one that is not there holds nothing.
 */
export async function replayTraces({ dir, send, onKept, now = Date.now }: ReplayOptions): Promise<Replayed> {
  const all = await namesIn(dir);
  await removeAbandoned(dir, all, now() - ABANDONED_MS);
  const names = all.filter((name) => FAILED_TRACE.test(name)).sort();
  let sent = 0;
  let gone = 0;
  for (const [index, name] of names.entries()) {
    const path = join(dir, name);
    const request = await unlessGone(readRequest(path));
    if (request === 'gone') {
      gone += 1;
      continue;
    }
    if (!request) {
      onKept(name, 'it holds no traces that could be sent');
      continue;
    }
    const outcome = await send(request);
    if (outcome.state === 'taken') {
      await rm(path, { force: true });
      sent += 1;
      continue;
    }
    onKept(name, outcome.reason);
    if (outcome.state === 'failed') {
      for (const other of names.slice(index + 1)) onKept(other, 'not tried');
      break;
    }
  }
  return { sent, kept: names.length - sent - gone };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return [];
    throw new ExpectedError(
      `LANGSMITH_FAILED_TRACES_DIR must be a folder that can be read, got "${dir}" (${code ?? 'unknown error'}).`,
      { cause: error },
    );
  }
}

async function removeAbandoned(dir: string, names: readonly string[], before: number): Promise<void> {
  for (const name of names) {
    if (!name.endsWith(PART) || !FAILED_TRACE.test(name.slice(0, -PART.length))) continue;
    const path = join(dir, name);
    const file = await unlessGone(lstat(path));
    if (file !== 'gone' && file.mtimeMs < before) await rm(path, { force: true });
  }
}

/** Somebody else may have sent and removed a file since the folder was listed. */
async function unlessGone<Value>(reading: Promise<Value>): Promise<Value | 'gone'> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** Where it goes and with which key is not the file's to say. Undefined for a file that is no whole batch of runs. */
async function readRequest(path: string): Promise<Parameters<SendRuns>[0] | undefined> {
  const file = await lstat(path);
  if (!file.isFile() || file.size > MAX_BYTES) return undefined;
  const { endpoint, headers, body_base64: body } = fieldsOf(await readFile(path, 'utf8'));
  const { 'Content-Type': type, 'Content-Encoding': encoding } = record(headers);
  if (endpoint !== 'runs/multipart' || typeof type !== 'string' || typeof body !== 'string') return undefined;
  return {
    headers: { 'Content-Type': type, ...(typeof encoding === 'string' && { 'Content-Encoding': encoding }) },
    body: new Uint8Array(Buffer.from(body, 'base64')),
  };
}

function fieldsOf(json: string): Record<string, unknown> {
  try {
    return record(JSON.parse(json));
  } catch {
    return {};
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
