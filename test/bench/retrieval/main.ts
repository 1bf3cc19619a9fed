import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { z } from 'zod';
import { ExpectedError } from '../../../src/errors.js';
import { rounded } from '../render-table.js';
import { writeDocuments } from '../write-documents.js';
import { ASKED, INGESTED, type RetrievalRow, rowsOf } from './figures.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEFAULT_SIZES = '1000,20000,100000';

const USAGE = `npm run bench:retrieval [-- options]
  --sizes a,b  chunks in the index (default ${DEFAULT_SIZES})
  --json       one object on stdout: { <backend>: { <chunks>: { <figure>: { value, floor, unit } } } }
Over SQLite, and over Postgres too when DATABASE_URL names a database without documents; with pgvector where it has that.`;

const LEGEND = `ingestRate: whole documents, embedding not counted; floor: read, cut and tokenised, and nothing stored.
keyword, hybrid: one question at a time to 20 passages with their text, as the retriever asks; floor: an exact scan of as many
vectors of 512 numbers in memory, and nothing else. vectors: the vectors alone, in memory or by pgvector, to 100 of them;
vectorsFound: how many of these 100 are the 100 nearest. firstAnswer: from the open database, the index read into memory.
memory: resident, after collection, without the program's own; floor: the vectors alone.`;

/** Measures ingest and search at several sizes, each in processes of their own. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: DEFAULT_SIZES },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const sizes = values.sizes.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 10))
    throw new RangeError(`--sizes must be whole numbers from 10, got "${values.sizes}"`);

  const bench = new RetrievalBench(await mkdtemp(join(tmpdir(), 'threadsmith-bench-')));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void bench.close().then(() => process.exit(130)));
  try {
    const rows: RetrievalRow[] = [];
    for (const size of sizes)
      rows.push(...(await bench.measure(size, process.env.DATABASE_URL || undefined)));
    console.log(values.json ? JSON.stringify(toJson(rows), null, 2) : `${renderRows(rows)}\n\n${LEGEND}`);
  } finally {
    await bench.close();
  }
}

class RetrievalBench {
  readonly #directory: string;
  readonly #startedAt = performance.now();
  readonly #stop = new AbortController();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async measure(size: number, databaseUrl: string | undefined): Promise<RetrievalRow[]> {
    const folder = join(this.#directory, `documents-${size}`);
    this.#progress(`writing documents for ${size} chunks`);
    await writeDocuments(folder, size);
    const rows: RetrievalRow[] = [];
    for (const backend of databaseUrl ? ['sqlite', 'postgres'] : ['sqlite']) {
      const dataDir = join(this.#directory, `${backend}-${size}`);
      this.#progress(`${backend}, ${size} chunks: ingest`);
      const ingested = await this.#run('ingest-process', [backend, dataDir, folder], INGESTED);
      this.#progress(`${backend}, ${size} chunks: questions`);
      rows.push(...rowsOf(backend, ingested, await this.#run('ask-process', [backend, dataDir], ASKED)));
      await rm(dataDir, { recursive: true, force: true });
    }
    await rm(folder, { recursive: true, force: true });
    return rows;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** @throws Error with what the process wrote, when it fails. */
  async #run<T>(script: string, args: readonly string[], schema: z.ZodType<T>): Promise<T> {
    const file = fileURLToPath(new URL(`./${script}.ts`, import.meta.url));
    // DATABASE_URL holds a password: processes find it in their environment, where others do not see it.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', file, ...args],
      { cwd: ROOT, signal: this.#stop.signal },
    ).catch(({ stderr, message }: { stderr?: string; message: string }) => {
      throw new ExpectedError(stderr?.trim() || message);
    });
    return schema.parse(JSON.parse(stdout));
  }

  #progress(text: string): void {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1_000);
    console.error(`${String(seconds).padStart(4)} s  ${text}`);
  }
}

function renderRows(rows: readonly RetrievalRow[]): string {
  const head = ['store', 'chunks', 'figure', 'value', 'floor', 'unit'];
  const cells = rows.map(({ backend, chunks, figure, value, floor, unit }) => [
    ...[backend, String(chunks), figure, rounded(value), floor === undefined ? '' : rounded(floor), unit],
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...cells]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function toJson(rows: readonly RetrievalRow[]): Record<string, unknown> {
  const json: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const { backend, chunks, figure, value, floor, unit } of rows) {
    json[backend] ??= {};
    const sizes = json[backend];
    sizes[chunks] = { ...sizes[chunks], [figure]: { value, floor: floor ?? null, unit } };
  }
  return json;
}

main().catch((error: unknown) => {
  console.error(error instanceof RangeError || error instanceof ExpectedError ? error.message : error);
  process.exit(1);
});
