import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../src/cli/ingest.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

export interface IngestResult {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface IngestProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<IngestResult>;
}

export interface IngestProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default the tests' own */
  readonly uid?: number;
  /** @default the system's temporary directory: a developer's .env must not reach the test */
  readonly cwd?: string;
}

/** Runs the command `npm run ingest`, with `DATA_DIR` and these settings and no others. */
export function startIngest(
  dataDir: string,
  args: readonly string[],
  { env = {}, uid, cwd = tmpdir() }: IngestProcessOptions = {},
): IngestProcess {
  const child = spawn(process.execPath, ['--import', TSX, COMMAND, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}

export function runIngest(
  dataDir: string,
  args: readonly string[],
  options?: IngestProcessOptions,
): Promise<IngestResult> {
  return startIngest(dataDir, args, options).ended;
}

/** A directory that goes away with the test. */
export async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'threadsmith-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
