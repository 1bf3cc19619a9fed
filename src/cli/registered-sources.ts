import { resolve } from 'node:path';
import { ExpectedError } from '../errors.js';
import { locateSource } from '../knowledge/loaders/locate-source.js';
import type { RegisteredSource } from '../knowledge/source.js';

/**
 * The sources of these names, or of the places that they were made from.
 *
 * @throws ExpectedError for what is neither.
 */
export async function registeredSources(
  given: readonly string[],
  registered: readonly RegisteredSource[],
): Promise<RegisteredSource[]> {
  const found = new Set<RegisteredSource>();
  for (const one of given) {
    const source = registered.find(({ name }) => name === one) ?? (await sourceAt(one, registered));
    if (!source) {
      const known = registered.map(({ name }) => name).join(', ') || 'none yet';
      throw new ExpectedError(`Expected the name or the place of a source (${known}), got "${one}".`);
    }
    found.add(source);
  }
  return [...found];
}

/** A folder that is gone is known by its path all the same. */
async function sourceAt(
  place: string,
  registered: readonly RegisteredSource[],
): Promise<RegisteredSource | undefined> {
  const located = await locateSource(place).catch(() => undefined);
  return registered.find(({ kind, location }) =>
    located
      ? kind === located.kind && location === located.location
      : (kind === 'folder' || kind === 'glob') && location === resolve(place),
  );
}
