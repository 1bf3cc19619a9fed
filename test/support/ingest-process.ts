import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { onTestFinished } from 'vitest';
import { builtFile } from './built-file.js';

const COMMAND = builtFile('cli/ingest.js');

export interface IngestResult {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface IngestProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<IngestResult>;
  /** Resolves when stdout has it; rejects when the process ends before. */
  printed(pattern: RegExp): Promise<void>;
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
  const child = spawn(process.execPath, [COMMAND, ...args], {
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
  return {
    child,
    ended,
    async printed(pattern) {
      while (!pattern.test(stdout)) {
        await Promise.race([once(child.stdout, 'data'), ended]);
        if (child.exitCode !== null && !pattern.test(stdout))
          throw new Error(
            `expected output like ${pattern}, but the process ended: ${JSON.stringify(await ended)}`,
          );
      }
    },
  };
}

export function runIngest(
  dataDir: string,
  args: readonly string[],
  options?: IngestProcessOptions,
): Promise<IngestResult> {
  return startIngest(dataDir, args, options).ended;
}
