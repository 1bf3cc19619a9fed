import { ExpectedError } from '../errors.js';
import { chooseSource } from '../knowledge/choose-source.js';
import type { ChunkStore } from '../knowledge/chunk-store.js';
import { ingestSource } from '../knowledge/ingest.js';
import type { IngestedSource } from '../knowledge/ingest-outcome.js';
import { loadSource } from '../knowledge/load-source.js';
import type { SourceAccess } from '../knowledge/loaders/source-access.js';
import { planIngest } from '../knowledge/plan-ingest.js';
import type { RegisteredSource, Source } from '../knowledge/source.js';
import { type SourceLeases, WHOLE_INDEX } from '../knowledge/source-leases.js';
import type { IngestArguments } from './ingest-arguments.js';
import type { IngestOutput } from './ingest-output.js';
import type { MeteredEmbedder } from './metered-embedder.js';

export interface IngestParts {
  readonly store: ChunkStore;
  readonly leases: SourceLeases;
  readonly embedder: MeteredEmbedder | undefined;
  readonly output: IngestOutput;
  /** How to reach what is not a folder. */
  readonly access: Omit<SourceAccess, 'signal'>;
  /** Told by a signal; its reason is the error that the command ends with. */
  readonly stop: AbortSignal;
}

/**
 * Does what the command line asks.
 *
 * @returns whether all of it was done: false when a document or a source failed
 * @throws ExpectedError when it asks for what there is not.
 */
export async function ingestSources(args: IngestArguments, parts: IngestParts): Promise<boolean> {
  const registered = await parts.store.sources();
  if (args.list) {
    parts.output.sources(registered);
    return true;
  }
  if (args.remove.length > 0) return remove(named(args.remove, registered), args.dryRun, parts);
  const sources = await chosen(args, registered);
  if (args.reEmbed) return reEmbed(sources, args.dryRun, parts);
  return args.dryRun ? plan(sources, parts) : refresh(sources, parts);
}

async function chosen(
  { locations, sources, ...choice }: IngestArguments,
  registered: readonly RegisteredSource[],
): Promise<readonly Source[]> {
  if (sources.length > 0) return named(sources, registered);
  if (locations.length === 0) {
    if (registered.length > 0) return registered;
    throw new ExpectedError('There are no sources yet: give me documents with "npm run ingest -- <folder>".');
  }
  const found: Source[] = [];
  for (const location of locations) {
    const { name, baseUrl, include, exclude, allowPrivate, delayMs, chunkSizes } = choice;
    const given = { name, baseUrl, include, exclude, allowPrivate, delayMs, chunkSizes };
    const source = await chooseSource(location, given, [...registered, ...found]);
    // The same folder twice on the command line.
    if (found.some((other) => other.name === source.name)) continue;
    found.push(source);
  }
  return found;
}

function named(names: readonly string[], registered: readonly RegisteredSource[]): RegisteredSource[] {
  return [...new Set(names)].map((name) => {
    const source = registered.find((one) => one.name === name);
    if (source) return source;
    const known = registered.map((one) => one.name).join(', ') || 'none yet';
    throw new ExpectedError(`Expected the name of a source (${known}), got "${name}".`);
  });
}

async function remove(
  sources: readonly RegisteredSource[],
  dryRun: boolean,
  { store, leases, output, stop }: IngestParts,
): Promise<boolean> {
  for (const { name, documents, chunks } of sources) {
    if (!dryRun) await leases.hold(name, stop, () => store.removeSource(name));
    output.note(`${name}: ${dryRun ? 'would remove' : 'removed'} ${documents} documents, ${chunks} chunks`);
  }
  return true;
}

/** While nobody else embeds: with another model's vectors among them the new ones would be nonsense. */
async function reEmbed(sources: readonly Source[], dryRun: boolean, parts: IngestParts): Promise<boolean> {
  const { store, leases, embedder, output, stop } = parts;
  if (!embedder) throw new ExpectedError('--re-embed needs OPENAI_API_KEY, which is not set.');
  if (dryRun) {
    const { chunks } = await store.counts();
    output.note(`Would embed all ${chunks} chunks anew, with ${embedder.model}.`);
    return true;
  }
  return leases.hold(WHOLE_INDEX, stop, async (held) => {
    await store.forgetEmbeddings();
    return refresh(sources, parts, (_source, _stop, work) => work(held));
  });
}

function plan(sources: readonly Source[], parts: IngestParts): Promise<boolean> {
  const { store, output, access, stop } = parts;
  return each(sources, parts, async (source) => {
    const onProgress = output.progress.bind(undefined, source.name);
    const planned = await planIngest(store, source, await loadSource(source, { ...access, signal: stop }), {
      signal: stop,
      onProgress,
    });
    output.planned(planned);
    return planned.failed.length === 0;
  });
}

type Hold = SourceLeases['hold'];

async function refresh(
  sources: readonly Source[],
  parts: IngestParts,
  hold: Hold = parts.leases.hold.bind(parts.leases),
): Promise<boolean> {
  const { store, embedder, output, access, stop } = parts;
  const outcomes: IngestedSource[] = [];
  const done = await each(sources, parts, async (source) => {
    const start = performance.now();
    const onProgress = output.progress.bind(undefined, source.name);
    const report = await hold(source.name, stop, async (signal) =>
      ingestSource(store, source, await loadSource(source, { ...access, signal }), {
        embedder,
        onProgress,
        signal,
      }),
    );
    const outcome = {
      ...report,
      seconds: (performance.now() - start) / 1000,
      ...(embedder && { embedding: embedder.takeUse() }),
    };
    outcomes.push(outcome);
    output.ingested(outcome);
    return report.failed.length === 0 && report.embeddingFailure === undefined;
  });
  output.summary(outcomes);
  return done;
}

/** One that fails does not stop the others. */
async function each(
  sources: readonly Source[],
  { output, stop }: IngestParts,
  work: (source: Source) => Promise<boolean>,
): Promise<boolean> {
  let done = true;
  for (const source of sources) {
    try {
      done = (await work(source)) && done;
    } catch (error) {
      stop.throwIfAborted();
      output.failed(source.name, error instanceof Error ? error.message : String(error));
      done = false;
    }
  }
  return done;
}
