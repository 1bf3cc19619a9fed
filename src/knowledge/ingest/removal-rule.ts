import type { ChunkStore } from '../chunk-store.js';
import type { FailedDocument, Source } from '../source.js';

export interface Removals {
  /** Paths of documents that are there no more. */
  readonly paths: readonly string[];
  /** Why what seems to be gone stays. */
  readonly refused?: FailedDocument | undefined;
}

/** A source with less than this many gone documents may just be small. */
const LEAST_REFUSED = 3;

/**
 * Which documents an ingest removes. When most of a site or of a service's documents are gone, more often than not it is the
 * site that is broken (a login, a proxy's page, rights that were taken away), so that takes a word from a person. Of a folder
 * all is known, and whoever changes which documents are wanted means it.
 */
export class RemovalRule {
  readonly #source: Source;
  readonly #known: number;
  readonly #mayBeMost: boolean;

  private constructor(source: Source, known: number, mayBeMost: boolean) {
    this.#source = source;
    this.#known = known;
    this.#mayBeMost = mayBeMost;
  }

  /**
   * To be made before the source is registered anew.
   *
   * @param known how many of its documents are indexed
   */
  static async of(
    store: ChunkStore,
    source: Source,
    known: number,
    removeGone: boolean,
  ): Promise<RemovalRule> {
    const isFolder = source.kind === 'folder' || source.kind === 'glob';
    const before = isFolder ? undefined : (await store.sources()).find(({ name }) => name === source.name);
    const isAsked = removeGone || before === undefined || choiceOf(before) !== choiceOf(source);
    return new RemovalRule(source, known, isFolder || isAsked);
  }

  /** @param gone paths of the source's documents that seem to be there no more */
  removals(gone: readonly string[]): Removals {
    if (this.#mayBeMost || gone.length < LEAST_REFUSED || gone.length * 2 <= this.#known) {
      return { paths: gone };
    }
    const { name, location } = this.#source;
    const reason =
      `expected most of its documents to be there still, found ${gone.length} of ${this.#known} gone and removed ` +
      `none: look at it, and if that is right, run npm run ingest -- --source "${name}" --remove-gone`;
    return { paths: [], refused: { path: location, reason } };
  }
}

function choiceOf({ kind, location, options: { include, exclude } }: Source): string {
  return JSON.stringify([kind, location, include ?? [], exclude ?? []]);
}
