import { parseArgs } from 'node:util';
import { ExpectedError } from '../errors.js';
import { createNetwork } from '../network.js';
import { replayTraces } from '../tracing/replay-traces.js';
import { createSendRuns } from '../tracing/send-runs.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run traces:replay
Sends the traces that LANGSMITH_FAILED_TRACES_DIR keeps, the oldest first, and removes what LangSmith has taken. Exits with 1
when some are left.`;

runCommand({
  usage: USAGE,
  read: (args) => parseArgs({ args: [...args], options: {} }),
  async run({ langsmith, traces, network: settings }) {
    if (!langsmith || !traces?.failed)
      throw new ExpectedError(
        'npm run traces:replay needs the settings that the bot runs with: LANGSMITH_API_KEY and LANGSMITH_FAILED_TRACES_DIR must be set.',
      );
    const network = createNetwork(settings);
    try {
      const { sent, kept } = await replayTraces({
        dir: traces.failed.dir,
        send: createSendRuns({ ...langsmith, fetch: network.fetch }),
        onKept: (name, reason) => console.error(`${name} stays: ${reason}`),
      });
      process.stdout.write(`Sent ${batches(sent)} of traces, kept ${batches(kept)}.\n`);
      if (kept > 0) process.exitCode = 1;
    } finally {
      await network.close();
    }
  },
});

function batches(count: number): string {
  return `${count} ${count === 1 ? 'batch' : 'batches'}`;
}
