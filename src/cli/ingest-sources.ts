import { ExpectedError } from '../errors.js';
import type { ChunkStore } from '../knowledge/chunk-store.js';
import { ingestSource } from '../knowledge/ingest/ingest.js';
import type { IngestedSource } from '../knowledge/ingest/ingest-outcome.js';
import { planIngest } from '../knowledge/ingest/plan-ingest.js';
import type { SourceLeases } from '../knowledge/ingest/source-leases.js';
import { fileFormatOf } from '../knowledge/loaders/file-formats.js';
import type { SourceAccess } from '../knowledge/loaders/source-access.js';
import type { Documents, RegisteredSource, Source } from '../knowledge/source.js';
import { chooseSource } from '../knowledge/sources/choose-source.js';
import { loadSource } from '../knowledge/sources/load-source.js';
import { eachSource } from './each-source.js';
import type { IngestArguments } from './ingest-arguments.js';
import type { IngestOutput } from './ingest-output.js';
import { keepIndexed } from './keep-indexed.js';
import type { MeteredEmbedder } from './metered-embedder.js';
import { reEmbed } from './re-embed.js';
import { registeredSources } from './registered-sources.js';

/** Two files may well be meant as two sources. */
const FILES_OF_A_PATTERN = 3;

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
  if (args.remove.length > 0) {
    return remove(await registeredSources(args.remove, registered), args.dryRun, parts);
  }
  const sources = await chosen(args, registered);
  if (args.reEmbed) return reEmbed(registered, args.dryRun, parts);
  warnOfUnquotedPattern(args.locations, parts.output);
  return args.dryRun ? plan(sources, args, parts) : refresh(sources, args, parts);
}

async function chosen(
  { locations, sources, ...choice }: IngestArguments,
  registered: readonly RegisteredSource[],
): Promise<readonly Source[]> {
  if (sources.length > 0) return registeredSources(sources, registered);
  if (locations.length === 0) {
    if (registered.length > 0) return registered;
    throw new ExpectedError('There are no sources yet: give me documents with "npm run ingest -- <folder>".');
  }
  const found: Source[] = [];
  for (const location of locations) {
    const { name, baseUrl, include, exclude, allowPrivate, delayMs, askInstead, chunkSizes } = choice;
    const given = { name, baseUrl, include, exclude, allowPrivate, delayMs, askInstead, chunkSizes };
    const source = await chooseSource(location, given, [...registered, ...found]);
    // The same folder twice on the command line.
    if (found.some((other) => other.name === source.name)) continue;
    found.push(source);
  }
  return found;
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

function plan(
  sources: readonly Source[],
  { removeGone }: Pick<IngestArguments, 'removeGone'>,
  parts: IngestParts,
): Promise<boolean> {
  const { store, embedder, output, access, stop: signal } = parts;
  return eachSource(sources, parts, async (source) => {
    const onProgress = output.progress.bind(undefined, source.name);
    const documents = await loadSource(source, { ...access, signal });
    const planned = await planIngest(store, source, documents, { embedder, signal, onProgress, removeGone });
    output.planned(planned);
    warnOfUnusedPatterns(documents, output);
    return planned.failed.length === 0;
  });
}

async function refresh(
  sources: readonly Source[],
  { removeGone }: Pick<IngestArguments, 'removeGone'>,
  parts: IngestParts,
): Promise<boolean> {
  const { store, leases, embedder, output, access, stop } = parts;
  const outcomes: IngestedSource[] = [];
  if (embedder) await store.pgvector?.carryOver();
  const done = await eachSource(sources, parts, async (source) => {
    const start = performance.now();
    const onProgress = output.progress.bind(undefined, source.name);
    const [report, documents] = await leases.hold(source.name, stop, async (signal) => {
      const loaded = await loadSource(source, { ...access, signal });
      const options = { embedder, onProgress, signal, removeGone };
      return [await ingestSource(store, source, loaded, options), loaded] as const;
    });
    const outcome = {
      ...report,
      seconds: (performance.now() - start) / 1000,
      ...(embedder && { embedding: embedder.takeUse() }),
    };
    outcomes.push(outcome);
    output.ingested(outcome);
    warnOfUnusedPatterns(documents, output);
    return report.failed.length === 0 && report.embeddingFailure === undefined;
  });
  output.summary(outcomes);
  if (embedder) await keepIndexed(parts);
  return done;
}

function warnOfUnusedPatterns({ unusedPatterns }: Documents, output: IngestOutput): void {
  for (const pattern of unusedPatterns?.() ?? []) {
    output.warning(
      `  The pattern "${pattern}" matches nothing: it is for paths below the source, as "drafts" or "**/*.md" are.`,
    );
  }
}

/** What a shell made of a pattern: each of its files would be a source of its own, and new ones would never be seen. */
function warnOfUnquotedPattern(locations: readonly string[], output: IngestOutput): void {
  const files = locations.filter((location) => !location.includes('://') && fileFormatOf(location));
  if (files.length < FILES_OF_A_PATTERN) return;
  output.warning(
    `${files.length} files are given as a source each. If that was a pattern, put it in quotes to make one source of it, such as "docs/**/*.md".`,
  );
}
