import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SqliteWorkerData } from './sqlite-worker.js';

/**
 * Starts `sqlite-worker.js` beside this file or, from the sources, a compilation of `sqlite-worker.ts`.
 *
 * Node 20 gives a worker no loader: `--import tsx` ends in "Unknown file extension .ts". tsx's CommonJS loader does work,
 * but compiles anew in every worker, which takes 0.2 s each time; this takes 0.1 s once a process.
 */
export async function startSqliteWorker(workerData: SqliteWorkerData): Promise<Worker> {
  // `execArgv`: the worker needs nothing of what the process was started with (--import tsx, --inspect, --test).
  const options = { workerData, execArgv: [] };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./sqlite-worker.js', import.meta.url), options);
  compiled ??= compile(fileURLToPath(new URL('./sqlite-worker.ts', import.meta.url)));
  return new Worker(await compiled, { ...options, eval: true });
}

let compiled: Promise<string> | undefined;

async function compile(entry: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    write: false,
    // Evaluated code would look for packages beside the working directory, wherever that is.
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(entry)});` },
  });
  return outputFiles.map((file) => file.text).join('');
}
