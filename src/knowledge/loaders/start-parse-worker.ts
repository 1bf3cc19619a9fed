import { fileURLToPath } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts `parse-worker.js` beside this file or, from the sources, a compilation of `parse-worker.ts`: Node 20 gives a worker
 * no loader for TypeScript.
 */
export async function startParseWorker(resourceLimits: ResourceLimits): Promise<Worker> {
  // `execArgv`: the worker needs nothing of what the process was started with (--import tsx, --inspect, --test).
  const options = { resourceLimits, execArgv: [] };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./parse-worker.js', import.meta.url), options);
  compiled ??= compile(fileURLToPath(new URL('./parse-worker.ts', import.meta.url)));
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
    // Evaluated code would look for packages beside the working directory, wherever that is.
    supported: { 'dynamic-import': false },
    banner: { js: `require = require('node:module').createRequire(${JSON.stringify(entry)});` },
    write: false,
  });
  return outputFiles.map((file) => file.text).join('');
}
