import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type ChunkSizes, chunkDocument } from './chunk-document.js';
import { withIds } from './chunk-rows.js';
import type { Documents, FailedDocument, Source, SourceDocument } from './source.js';

/** Raised when the same document would be cut, or its words be split, differently: everything is then read anew. */
const RECIPE = 2;

export interface ChangedDocument {
  readonly type: 'changed';
  readonly path: string;
  /** Not in the index yet. */
  readonly isNew: boolean;
  readonly document: SourceDocument;
  readonly fingerprint: string;
  readonly chunks: ReturnType<typeof withIds>;
}

export type DocumentChange =
  | ChangedDocument
  | { readonly type: 'unchanged'; readonly path: string }
  | ({ readonly type: 'failed' } & FailedDocument);

/**
 * What became of each of a source's documents since it was indexed; those that changed are cut.
 *
 * @param known path to fingerprint, as the index has them
 */
export async function* readChanges(
  source: Source,
  documents: Documents,
  known: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): AsyncGenerator<DocumentChange> {
  const sizes = source.options.chunkSizes ?? {};
  for await (const document of documents) {
    signal?.throwIfAborted();
    const { path } = document;
    if ('reason' in document) {
      yield { type: 'failed', ...document };
      continue;
    }
    const fingerprint = fingerprintOf(document, sizes);
    if (known.get(path) === fingerprint) {
      yield { type: 'unchanged', path };
      continue;
    }
    // Parsing holds the thread: whoever shares it gets a turn between two documents.
    await setImmediate();
    yield cut(source.name, document, fingerprint, sizes, !known.has(path));
  }
}

function cut(
  source: string,
  document: SourceDocument,
  fingerprint: string,
  sizes: ChunkSizes,
  isNew: boolean,
): DocumentChange {
  const { path } = document;
  try {
    const chunks = withIds(source, path, chunkDocument(document, sizes));
    return { type: 'changed', path, isNew, document, fingerprint, chunks };
  } catch (error) {
    return { type: 'failed', path, reason: error instanceof Error ? error.message : String(error) };
  }
}

function fingerprintOf(
  { contentHash, format, url }: SourceDocument,
  { maxChars, minChars }: ChunkSizes,
): string {
  const parts = [RECIPE, contentHash, format, url ?? null, maxChars ?? null, minChars ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
