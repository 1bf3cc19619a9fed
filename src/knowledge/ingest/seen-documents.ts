import type { DocumentChange } from './read-changes.js';

/** What a run saw of a source, to tell what is gone. */
export class SeenDocuments {
  readonly #paths = new Set<string>();
  readonly #unreadFolders: string[] = [];
  #count = 0;
  #missing = 0;
  #hidden = false;

  add(change: DocumentChange): void {
    this.#count += 1;
    if (change.type === 'failed' && change.hidesOthers) this.#hidden = true;
    if (change.type === 'failed' && change.gone) this.#missing += 1;
    else if (change.type === 'failed' && change.isFolder) this.#unreadFolders.push(`${change.path}/`);
    else if (change.type !== 'left out') this.#paths.add(change.path);
  }

  /**
   * Those of the indexed paths that are in the source no more. None where all are missing: something else is wrong then, such
   * as a site that answers 404 to everything; and none where some may have been hidden.
   */
  gone(indexed: Iterable<string>): string[] {
    if (this.#hidden || (this.#count > 0 && this.#missing === this.#count)) return [];
    return [...indexed].filter(
      (path) => !this.#paths.has(path) && !this.#unreadFolders.some((folder) => path.startsWith(folder)),
    );
  }
}
