import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { config as loadEnvFile } from 'dotenv';
import { type Config, readConfig } from '../config.js';
import { openSqlite } from '../database/sqlite.js';
import { ExpectedError } from '../errors.js';
import { chooseSource } from '../knowledge/choose-source.js';
import { ChunkStore } from '../knowledge/chunk-store.js';
import { type Embedder, embeddingModelName } from '../knowledge/embedder.js';
import { type IngestProgress, type IngestReport, ingestSource } from '../knowledge/ingest.js';
import { loadSource } from '../knowledge/load-source.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../knowledge/migrations.js';
import type { RegisteredSource, Source } from '../knowledge/source.js';
import { createOpenAiEmbed } from '../models/openai-embeddings.js';
import { createNetwork } from '../network.js';

const USAGE = `Usage:
  npm run ingest -- <folder or file>…   index documents, or bring what is indexed of them up to date
      --name NAME                       what the source is called (its folder's name unless given)
      --base-url URL                    where the folder is published, so that citations link there
  npm run ingest                        bring all sources up to date
  npm run ingest -- --list              show the sources
  npm run ingest -- --re-embed          embed everything anew, after a change of the embedding model`;

/** A line after so many documents. */
const PROGRESS_EVERY = 100;

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  loadEnvFile({ quiet: true });
  const config = readConfig(process.env);
  const network = createNetwork(config.network);
  const database = await openSqlite(join(config.dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
  const stop = new AbortController();
  process.once('SIGINT', () =>
    stop.abort(new ExpectedError('Interrupted. What is done stays done; run it again to go on.')),
  );
  try {
    const store = new ChunkStore(database);
    const registered = await store.sources();
    if (values.list) return printSources(registered);
    const embedder = embedderOf(config, network.fetch);
    if (values['re-embed']) {
      if (!embedder) throw new ExpectedError('--re-embed needs OPENAI_API_KEY, which is not set.');
      await store.forgetEmbeddings();
    }
    const choice = { name: values.name, baseUrl: values['base-url'] };
    const chosen = await Promise.all(positionals.map((path) => chooseSource(path, choice, registered)));
    await refresh(store, chosen.length > 0 ? chosen : registered, embedder, stop.signal);
  } finally {
    await database.close();
    await network.close();
  }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      'base-url': { type: 'string' },
      list: { type: 'boolean' },
      're-embed': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const single = values.name !== undefined || values['base-url'] !== undefined;
  if (single && positionals.length !== 1) {
    throw new ExpectedError(`--name and --base-url go with one folder or file, got ${positionals.length}.`);
  }
  return { values, positionals };
}

function embedderOf({ openai }: Config, fetch: typeof globalThis.fetch): Embedder | undefined {
  return openai && { model: embeddingModelName(openai), embed: createOpenAiEmbed({ ...openai, fetch }) };
}

async function refresh(
  store: ChunkStore,
  sources: readonly Source[],
  embedder: Embedder | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (sources.length === 0) {
    throw new ExpectedError('There are no sources yet: give me documents with "npm run ingest -- <folder>".');
  }
  for (const source of sources) {
    try {
      const onProgress = (progress: IngestProgress) => printProgress(source.name, progress);
      const report = await ingestSource(store, source, await loadSource(source), {
        embedder,
        onProgress,
        signal,
      });
      printReport(report);
    } catch (error) {
      if (signal.aborted || sources.length === 1) throw error;
      printProblem(`${source.name}: ${messageOf(error)}`);
    }
  }
}

function printProgress(name: string, { done, count }: IngestProgress): void {
  if (done % PROGRESS_EVERY === 0)
    console.log(`${name}: ${done}${count === undefined ? '' : ` of ${count}`} documents`);
}

function printReport(report: IngestReport): void {
  const { source, documents, changed, chunksAdded, chunksEmbedded, unchanged, removed, failed } = report;
  const embedded = chunksEmbedded > 0 ? `, ${chunksEmbedded} embedded` : '';
  console.log(
    `${source}: ${documents} documents: ${changed} added or changed (${chunksAdded} chunks${embedded}), ` +
      `${unchanged} unchanged, ${removed} removed, ${failed.length} failed`,
  );
  for (const { path, reason } of failed) printProblem(`  ${path}: ${reason}`);
  if (report.embeddingFailure !== undefined) {
    printProblem(
      `  The embedding service failed: ${report.embeddingFailure}. Run it again to embed what is missing.`,
    );
  }
}

function printSources(sources: readonly RegisteredSource[]): void {
  if (sources.length === 0) console.log('There are no sources yet: npm run ingest -- <folder>');
  for (const { name, location, documents, chunks, refreshedAt, options } of sources) {
    const published = options.baseUrl ? `, published at ${options.baseUrl}` : '';
    const when = refreshedAt ? `refreshed ${refreshedAt}` : 'never refreshed to its end';
    console.log(`${name}: ${documents} documents, ${chunks} chunks, ${when}: ${location}${published}`);
  }
}

/** Told on stderr; the command goes on and ends with exit code 1. */
function printProblem(line: string): void {
  console.error(line);
  process.exitCode = 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => printProblem(messageOf(error)));
