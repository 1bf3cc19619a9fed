import { realpath } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { ExpectedError } from '../errors.js';
import type { Source } from './source.js';

export interface SourceChoice {
  /** A name that the user gave. */
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/**
 * The source that a path on the command line means: the registered one of that place, else a new one named after its folder
 * or file. A name that is given moves the source of that name to the path; options that are not given stay.
 *
 * @throws ExpectedError when there is nothing at the path, the name is taken or the base URL is none.
 */
export async function chooseSource(
  path: string,
  { name, baseUrl }: SourceChoice,
  registered: readonly Source[],
): Promise<Source> {
  const location = await realpath(resolve(path)).catch((cause: unknown) => {
    throw new ExpectedError(`Expected a folder or a file at ${path}, found none: check the path.`, { cause });
  });
  const known = registered.find((source) =>
    name === undefined ? source.location === location : source.name === name,
  );
  const chosen = name ?? known?.name ?? basename(location, extname(location));
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
  return {
    name: chosen,
    kind: 'folder',
    location,
    options: { ...known?.options, ...(baseUrl && { baseUrl: checked(baseUrl) }) },
  };
}

function checked(baseUrl: string): string {
  if (!/^https?:\/\//i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new ExpectedError(
      `--base-url must be a web address such as https://docs.example.com, got "${baseUrl}".`,
    );
  }
  return baseUrl;
}
