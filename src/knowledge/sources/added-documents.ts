import type { ChunkStore } from '../chunk-store.js';
import type { Embedder } from '../embedder.js';
import type { IngestProgress, IngestReport } from '../ingest/ingest.js';
import type { SourceLeases } from '../ingest/source-leases.js';
import { FILE_ENDINGS } from '../loaders/file-formats.js';
import type { SourceAccess } from '../loaders/source-access.js';
import type { RegisteredSource } from '../source.js';

export interface AddedDocumentsOptions {
  readonly store: ChunkStore;
  readonly leases: SourceLeases;
  readonly embedder: Embedder | undefined;
  readonly access: Omit<SourceAccess, 'signal'>;
}

export interface AddOptions {
  /** @default after the place */
  readonly name?: string | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Documents that are given to a running bot, one place at a time, as `npm run ingest` would take them. */
export class AddedDocuments {
  readonly #options: AddedDocumentsOptions;

  constructor(options: AddedDocumentsOptions) {
    this.#options = options;
  }

  /** What a file's name may end in. */
  get fileEndings(): readonly string[] {
    return FILE_ENDINGS;
  }

  sources(): Promise<RegisteredSource[]> {
    return this.#options.store.sources();
  }

  /**
   * @param place a path, or a web address, which is only reached where it is public
   * @throws ExpectedError when it cannot be read as a whole or another process is at work on it.
   */
  async add(place: string, { name, onProgress, signal }: AddOptions): Promise<IngestReport> {
    const { store, leases, embedder, access } = this.#options;
    // Loaded only here: a bot that is given nothing needs none of it.
    const [{ chooseSource }, { ingestSource }, { loadSource }] = await Promise.all([
      import('./choose-source.js'),
      import('../ingest/ingest.js'),
      import('./load-source.js'),
    ]);
    const source = await chooseSource(place, { name }, await store.sources());
    if (embedder) await store.pgvector?.carryOver();
    return leases.hold(source.name, signal, async (held) =>
      ingestSource(store, source, await loadSource(source, { ...access, signal: held }), {
        embedder,
        onProgress,
        signal: held,
      }),
    );
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    const { store, leases } = this.#options;
    return leases.hold(name, signal, () => store.removeSource(name));
  }
}
