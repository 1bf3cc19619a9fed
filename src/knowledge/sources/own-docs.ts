import type { ChunkStore } from '../chunk-store.js';
import type { FailedDocument, Source } from '../source.js';

export interface OwnDocs {
  /** The folder of the product's user documentation. */
  readonly folder: string;
  /** Where its pages can be read; without it they are cited by title alone. */
  readonly baseUrl?: string | undefined;
}

const NAME = 'threadsmith-docs';

/**
 * Gives a fresh start something to answer from: the product's own documentation, kept up to date. Without `docs`, and once
 * a team has documents of its own, it is taken away: a team's bot is asked about the team's work, not about itself.
 *
 * @returns what could not be indexed
 */
export async function keepOwnDocs(
  store: ChunkStore,
  docs: OwnDocs | undefined,
): Promise<readonly FailedDocument[]> {
  const sources = await store.sources();
  if (docs && sources.every(({ name }) => name === NAME)) {
    const source: Source = {
      name: NAME,
      kind: 'folder',
      location: docs.folder,
      options: { baseUrl: docs.baseUrl },
    };
    // Loaded only here: in a workspace the parsers would only cost start time.
    const [{ ingestSource }, { loadSource }] = await Promise.all([
      import('../ingest/ingest.js'),
      import('./load-source.js'),
    ]);
    return (await ingestSource(store, source, await loadSource(source))).failed;
  }
  if (sources.some(({ name }) => name === NAME)) await store.removeSource(NAME);
  return [];
}
