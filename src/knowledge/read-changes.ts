import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type ChunkSizes, chunkDocument } from './chunk-document.js';
import { withIds } from './chunk-rows.js';
import { readDocument } from './read-document.js';
import type { Documents, FailedDocument, Source, SourceDocument, UnreadDocument } from './source.js';

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
    yield await cut(source.name, document, fingerprint, sizes, !known.has(path));
  }
}

async function cut(
  source: string,
  found: SourceDocument | UnreadDocument,
  fingerprint: string,
  sizes: ChunkSizes,
  isNew: boolean,
): Promise<DocumentChange> {
  const { path } = found;
  const document = await readDocument(found);
  if ('reason' in document) return { type: 'failed', ...document };
  try {
    const chunks = withIds(source, path, chunkDocument(document, sizes));
    return { type: 'changed', path, isNew, document, fingerprint, chunks };
  } catch (error) {
    return { type: 'failed', path, reason: error instanceof Error ? error.message : String(error) };
  }
}

function fingerprintOf(
  document: SourceDocument | UnreadDocument,
  { maxChars, minChars }: ChunkSizes,
): string {
  const { contentHash, url } = document;
  const format = 'read' in document ? document.fileFormat : document.format;
  const parts = [RECIPE, contentHash, format, url ?? null, maxChars ?? null, minChars ?? null];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
