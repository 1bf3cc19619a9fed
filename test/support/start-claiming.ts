import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Claiming {
  /** What the process has reported so far: "first 1700000000.000001", … */
  readonly claims: readonly string[];
  /** Resolves when it has reported that many. */
  reported(count: number): Promise<void>;
  /** SIGKILL; resolves when the process is gone and its last words are read. */
  kill(): Promise<void>;
}

/** Starts a real second process that claims `count` messages of tenant T1, channel C1, all at once. */
export function startClaiming(target: string, owner: string, count: number): Claiming {
  const script = fileURLToPath(new URL('./claiming-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, target, owner, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const claims: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => claims.push(line));
  const closed = once(child, 'close');

  const claiming: Claiming = {
    claims,
    async reported(wanted) {
      while (claims.length < wanted) {
        await Promise.race([once(lines, 'line'), closed]);
        if (child.exitCode !== null && claims.length < wanted) {
          throw new Error(`expected ${wanted} claims, got ${claims.length} and exit code ${child.exitCode}`);
        }
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
  onTestFinished(() => claiming.kill());
  return claiming;
}
