import { config as loadEnvFile } from 'dotenv';
import { readConfig } from '../config.js';
import { openDatabase } from '../database/open-database.js';
import { ExpectedError } from '../errors.js';
import { ChunkStore } from '../knowledge/chunk-store.js';
import { SourceLeases } from '../knowledge/ingest/source-leases.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../knowledge/migrations.js';
import { createNetwork } from '../network.js';
import { readIngestArguments, USAGE } from './ingest-arguments.js';
import { jsonOutput, textOutput } from './ingest-output.js';
import { ingestSources } from './ingest-sources.js';
import { createMeteredEmbedder } from './metered-embedder.js';

/** @returns whether all that was asked for was done */
async function main(): Promise<boolean> {
  const args = readIngestArguments(process.argv.slice(2), process.env);
  if (args.help) {
    process.stdout.write(`${USAGE}\n`);
    return true;
  }
  loadEnvFile({ quiet: true });
  const config = readConfig(process.env);
  const stop = stopOnSignals();
  const output = args.json ? jsonOutput(process.stdout) : textOutput(process.stdout, process.stderr);
  const network = createNetwork(config.network);
  const database = await openDatabase(config, KNOWLEDGE_FILE, knowledgeMigrations);
  const onWait = (holder: string) =>
    output.note(`${holder} began this and did not end it: is it still at it?`);
  try {
    return await ingestSources(args, {
      store: new ChunkStore(database),
      leases: new SourceLeases(database, { onWait }),
      embedder: createMeteredEmbedder(config, network.fetch),
      output,
      access: { fetch: network.fetch, publicFetch: network.publicFetch, services: config.services },
      stop,
    });
  } finally {
    await database.close();
    // Waits for what was asked of the embedding service: not when nobody waits for it any more.
    if (!stop.aborted) await network.close();
  }
}

/** A second signal ends the process at once: that is safe too, see `ingestSource`. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () =>
      stop.abort(new ExpectedError('Interrupted. What is done stays done; run it again to go on.')),
    );
  }
  return stop.signal;
}

// Whoever reads the output has read enough, as in `… --list | head -1`. What is done stays done.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// On stdout is what was asked for, for programs too: what a library says goes beside it.
console.log = console.error;

main().then(
  (done) => {
    process.exitCode = done ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
