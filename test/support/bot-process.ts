import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builtFile } from './built-file.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Builds what `npm start` would build. */
export async function buildBot(): Promise<void> {
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: ROOT });
}

export interface BotProcess {
  readonly child: ChildProcess;
  /** Everything on stdout and stderr so far. */
  output(): string;
  /** Resolves to the match when the output has it; rejects when the process ends or `timeoutMs` pass before. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs the built program as its user would, with these settings and no others. */
export function startBotProcess(env: Record<string, string>, args: readonly string[] = []): BotProcess {
  // Not in the checkout: a developer's .env must not reach the test.
  return run(process.execPath, [builtFile('main.js'), ...args], tmpdir(), env);
}

/** The same under `npm start`, as the documents say; `exited` means that npm and the program have both ended. */
export function startUnderNpm(env: Record<string, string>): BotProcess {
  // Without the build before it: other tests run what is built already.
  return run('npm', ['start', '--ignore-scripts'], ROOT, env);
}

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string>): BotProcess {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk));
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);

  return {
    child,
    exited,
    output: () => text,
    kill: (signal) => void child.kill(signal),
    printed(pattern, timeoutMs = 15_000) {
      return new Promise((resolve, reject) => {
        const fail = (why: string) =>
          reject(new Error(`Expected output like ${pattern}, but ${why}:\n${text}`));
        const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
        const check = () => {
          const match = pattern.exec(text);
          if (!match) return;
          clearTimeout(timer);
          resolve(match);
        };
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', check);
        void exited.then(() => fail('the process ended'));
        check();
      });
    },
  };
}
