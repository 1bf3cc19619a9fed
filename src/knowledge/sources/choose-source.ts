import { ExpectedError } from '../../errors.js';
import { locateSource } from '../loaders/locate-source.js';
import type { Source, SourceKind, SourceOptions } from '../source.js';

export interface SourceChoice extends SourceOptions {
  /** A name that the user gave. */
  readonly name?: string | undefined;
}

/** Which options mean something to a kind. */
const OPTIONS: Readonly<Record<SourceKind, readonly (keyof SourceOptions)[]>> = {
  folder: ['baseUrl', 'include', 'exclude', 'askInstead', 'chunkSizes'],
  glob: ['baseUrl', 'include', 'exclude', 'askInstead', 'chunkSizes'],
  web: ['include', 'exclude', 'allowPrivate', 'delayMs', 'askInstead', 'chunkSizes'],
  confluence: ['askInstead', 'chunkSizes'],
  notion: ['askInstead', 'chunkSizes'],
  github: ['baseUrl', 'include', 'exclude', 'askInstead', 'chunkSizes'],
};
const FLAGS: Readonly<Record<keyof SourceOptions, string>> = {
  baseUrl: '--base-url',
  include: '--include',
  exclude: '--exclude',
  allowPrivate: '--allow-private',
  delayMs: '--delay',
  askInstead: '--ask',
  chunkSizes: '--chunk-chars',
};

/** Characters of whom to ask instead. */
const LONGEST_NAME = 80;

/**
 * The source that an argument of the command line means: the registered one of that place, else a new one named after it. A
 * name that is given moves the source of that name to the place; options that are not given stay.
 *
 * @throws ExpectedError when there is nothing at a path, the name is taken, the base URL is none, or an option means nothing
 *   to such a source.
 */
export async function chooseSource(
  argument: string,
  { name, ...given }: SourceChoice,
  registered: readonly Source[],
): Promise<Source> {
  const { kind, location, suggestedName } = await locateSource(argument);
  const known = registered.find((source) =>
    name === undefined ? source.kind === kind && source.location === location : source.name === name,
  );
  const chosen = name ?? known?.name ?? suggestedName;
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(chosen)) {
    throw new ExpectedError(
      `Expected a name of letters, digits, spaces and ._- for the source, got "${chosen}": give one with --name.`,
    );
  }
  const other = registered.find((source) => source.name === chosen);
  if (!known && other) {
    throw new ExpectedError(
      `The name "${chosen}" is taken by ${other.location}: give this source another with --name.`,
    );
  }
  const kept = known?.kind === kind ? known.options : {};
  return { name: chosen, kind, location, options: { ...kept, ...checked(given, kind) } };
}

/** Only what was given. */
function checked(options: SourceOptions, kind: SourceKind): SourceOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option] of given) {
    if (!OPTIONS[kind].some((known) => known === option)) {
      const flag = Object.entries(FLAGS).find(([name]) => name === option)?.[1] ?? option;
      throw new ExpectedError(`${flag} means nothing to a source of the kind "${kind}": leave it out.`);
    }
  }
  const { baseUrl, askInstead } = options;
  // Empty takes it back.
  if (baseUrl && (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl))) {
    throw new ExpectedError(
      `--base-url must be a web address such as https://docs.example.com, got "${baseUrl}".`,
    );
  }
  if (askInstead !== undefined && !isPlainName(askInstead)) {
    throw new ExpectedError(
      `--ask must be a channel or a person by name, such as "#people-ops" or "Dana Reyes", in at most ${LONGEST_NAME} characters and without <, > or @, got "${askInstead}".`,
    );
  }
  return Object.fromEntries(given);
}

/** For people to read: a mention would page somebody with every answer that is not found. */
function isPlainName(name: string): boolean {
  return name.length <= LONGEST_NAME && !/[<>@\p{Cc}]/u.test(name);
}
