import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FAILED_TRACE } from './failed-traces.js';
import type { SendRuns } from './send-runs.js';

export interface ReplayOptions {
  readonly dir: string;
  readonly send: SendRuns;
  /** Told of each file that stays. */
  readonly onKept: (name: string, reason: string) => void;
}

/** Files by what became of them. */
export interface Replayed {
  readonly sent: number;
  /** Not taken: they stay in the folder. */
  readonly kept: number;
}

/** A longer one was not written by us. */
const MAX_BYTES = 200 * 1024 * 1024;

/**
 * Sends what a folder of failed traces holds, the oldest first, and removes what LangSmith has taken. Interrupted and begun
 * anew it loses nothing: runs that LangSmith has already count as taken. Ends at the first sign that LangSmith is away.
 *
 * @throws whatever reading the folder does; a folder that is not there holds nothing.
 */
export async function replayTraces({ dir, send, onKept }: ReplayOptions): Promise<Replayed> {
  const names = (await namesIn(dir)).filter((name) => FAILED_TRACE.test(name)).sort();
  let sent = 0;
  for (const [index, name] of names.entries()) {
    const path = join(dir, name);
    const request = await readRequest(path);
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
  return { sent, kept: names.length - sent };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
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
