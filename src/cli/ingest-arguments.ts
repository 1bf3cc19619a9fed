import { parseArgs } from 'node:util';
import { ExpectedError } from '../errors.js';
import type { ChunkSizes } from '../knowledge/chunks/chunk-document.js';
import { refuseSwallowedOptions } from './refuse-swallowed-options.js';

export const USAGE = `Usage:
  npm run ingest -- <source>…           index documents, or bring what is indexed of them up to date
      a folder, a file, a pattern of files such as "docs/**/*.md", a web page or sitemap (https://…),
      confluence:SPACE, notion:PAGE, github:owner/name
      --name NAME                       what the source is called (its folder's name unless given)
      --base-url URL                    where the folder is published, so that citations link there
      --include PATTERN                 only these paths or pages, such as "/guide/**"; may be given more than once
      --exclude PATTERN                 without these, such as drafts; may be given more than once
      --delay SECONDS                   between two requests to a site (0.5 unless given)
      --allow-private                   read web pages on private addresses too, such as your intranet's
                                        (--no-allow-private takes it back)
      --ask WHO                         a channel or person to name when its documents hold no answer
      --chunk-chars MIN-MAX             how long passages are, in characters (1000-1600 unless given)
      A source keeps its options; --include "", --exclude "", --base-url "" and --ask "" take them back
  npm run ingest                        bring all sources up to date
  npm run ingest -- --source NAME       bring this one up to date; may be given more than once
  npm run ingest -- --list              show the sources
  npm run ingest -- --remove SOURCE     forget a source, by its name or place, and all that is indexed of it
  npm run ingest -- --re-embed          embed everything anew, after a change of the embedding model

  --remove-gone                         remove what is gone even when it is most of a site's or a service's documents
  --dry-run                             with any of these: say what would be done, and do nothing
  --json                                one line of JSON for each source, for programs`;

/** A passage below it says too little to be found; one above it fills a prompt and outgrows an embedding model. */
const CHUNK_CHARS = { least: 200, most: 8000 };

const FOR_ONE_SOURCE = [
  ...(['name', 'base-url', 'chunk-chars', 'include', 'exclude'] as const),
  ...(['allow-private', 'no-allow-private', 'delay', 'ask'] as const),
];

const OPTIONS = {
  name: { type: 'string' },
  'base-url': { type: 'string' },
  'chunk-chars': { type: 'string' },
  include: { type: 'string', multiple: true },
  exclude: { type: 'string', multiple: true },
  'allow-private': { type: 'boolean' },
  'no-allow-private': { type: 'boolean' },
  delay: { type: 'string' },
  ask: { type: 'string' },
  source: { type: 'string', multiple: true },
  remove: { type: 'string', multiple: true },
  'remove-gone': { type: 'boolean' },
  list: { type: 'boolean' },
  're-embed': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Seconds. */
const LONGEST_DELAY = 60;

export interface IngestArguments {
  /** Folders, files and whatever else documents come from. */
  readonly locations: readonly string[];
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly chunkSizes?: ChunkSizes | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly allowPrivate?: boolean | undefined;
  readonly delayMs?: number | undefined;
  readonly askInstead?: string | undefined;
  /** Names of registered sources. */
  readonly sources: readonly string[];
  /** Names or places of registered sources. */
  readonly remove: readonly string[];
  /** Even when it is most of a source's documents. */
  readonly removeGone: boolean;
  readonly list: boolean;
  readonly reEmbed: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * @param env tells of options that npm took for itself
 * @throws ExpectedError for an unknown option, a wrong value, or options that do not go together.
 */
export function readIngestArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): IngestArguments {
  refuseSwallowedOptions(Object.keys(OPTIONS), env);
  const { values, positionals } = parse(args);
  if (values['allow-private'] && values['no-allow-private']) {
    throw new ExpectedError('Expected --allow-private or --no-allow-private, got both.');
  }
  const forOne = FOR_ONE_SOURCE.filter((name) => values[name] !== undefined);
  if (forOne.length > 0 && positionals.length !== 1) {
    throw new ExpectedError(
      `--${forOne[0]} goes with one folder or other source, got ${positionals.length}: give them one after the other.`,
    );
  }
  const actions = [
    positionals.length > 0 && 'sources to index',
    values.source && '--source',
    values.remove && '--remove',
    values.list && '--list',
    values['re-embed'] && '--re-embed',
  ].filter((action) => typeof action === 'string');
  if (actions.length > 1) {
    throw new ExpectedError(
      `Expected one of ${actions.join(' and ')}, got both: run them one after the other.`,
    );
  }
  return {
    locations: positionals,
    name: values.name,
    baseUrl: values['base-url']?.trim(),
    chunkSizes: values['chunk-chars'] === undefined ? undefined : readSizes(values['chunk-chars']),
    include: withoutEmpty(values.include),
    exclude: withoutEmpty(values.exclude),
    allowPrivate: values['no-allow-private'] ? false : values['allow-private'],
    delayMs: values.delay === undefined ? undefined : readDelay(values.delay),
    askInstead: values.ask?.trim(),
    sources: values.source ?? [],
    remove: values.remove ?? [],
    removeGone: values['remove-gone'] ?? false,
    list: values.list ?? false,
    reEmbed: values['re-embed'] ?? false,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (cause) {
    const [reason] = cause instanceof Error ? cause.message.split(/\.\s/) : [String(cause)];
    throw new ExpectedError(`${reason}: see "npm run ingest -- --help".`, { cause });
  }
}

/** An empty pattern takes back those that the source has. */
function withoutEmpty(patterns: readonly string[] | undefined): readonly string[] | undefined {
  return patterns?.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
}

function readSizes(text: string): ChunkSizes {
  const [, minChars, maxChars] = (/^(\d+)-(\d+)$/.exec(text) ?? []).map(Number);
  const { least, most } = CHUNK_CHARS;
  if (!minChars || !maxChars || minChars < least || maxChars > most || minChars > maxChars) {
    throw new ExpectedError(
      `--chunk-chars must be two numbers from ${least} to ${most} such as 1000-1600, got "${text}".`,
    );
  }
  return { minChars, maxChars };
}

/** In milliseconds. */
function readDelay(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0 && seconds <= LONGEST_DELAY)) {
    throw new ExpectedError(`--delay must be seconds from 0 to ${LONGEST_DELAY}, got "${text}".`);
  }
  return seconds * 1000;
}
