import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { isMainThread } from 'node:worker_threads';
import { answerRequests } from './answer-requests.js';

/** Loaded with `--import` into a process that knows nothing of the bench: tells its CPU time and memory over IPC. */
if (isMainThread) {
  let profiler: Session | undefined;
  answerRequests({
    /** All threads, in milliseconds since the start. */
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    /** What is left after collection, in bytes. The second collection takes what finalizers of the first let go. */
    memory: async () => {
      for (let round = 0; round < 3; round += 1) {
        globalThis.gc?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { heapUsed, rss } = process.memoryUsage();
      return { heapUsed, rss };
    },
    startProfile: async () => {
      profiler = new Session();
      profiler.connect();
      await profiler.post('Profiler.enable');
      await profiler.post('Profiler.start');
    },
    stopProfile: async (file) => {
      const stopped = await profiler?.post('Profiler.stop');
      profiler?.disconnect();
      if (stopped) await writeFile(String(file), JSON.stringify(stopped.profile));
    },
  });
}
