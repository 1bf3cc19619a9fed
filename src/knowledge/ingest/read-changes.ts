import { createHash } from 'node:crypto';
import type { ChunkSizes } from '../chunks/chunk-document.js';
import type { PreparedChunk } from '../chunks/prepare-chunks.js';
import { DocumentParser, type ParseLimits } from '../loaders/document-parser.js';
import type { Documents, FailedDocument, Source, SourceDocument, UnreadDocument } from '../source.js';
import { readDocument } from './read-document.js';

/** Raised when the same document would be cut, or its words be split, differently: everything is then read anew. */
const RECIPE = 3;

export interface ChangedDocument {
  readonly type: 'changed';
  readonly path: string;
  /** Not in the index yet. */
  readonly isNew: boolean;
  readonly document: SourceDocument;
  readonly fingerprint: string;
  readonly chunks: readonly PreparedChunk[];
}

export type DocumentChange =
  | ChangedDocument
  | { readonly type: 'unchanged'; readonly path: string }
  /** A draft, or empty: nothing of it is to be found. */
  | { readonly type: 'left out'; readonly path: string }
  | ({ readonly type: 'failed' } & FailedDocument);

export interface ReadChangesOptions {
  readonly signal?: AbortSignal | undefined;
  /** For cutting one document. */
  readonly limits?: ParseLimits | undefined;
}

/**
 * What became of each of a source's documents since it was indexed; those that changed are cut, in a worker: whoever shares
 * this thread is not held up, whatever they are.
 *
 * @param known path to fingerprint, as the index has them
 */
export async function* readChanges(
  source: Source,
  documents: Documents,
  known: ReadonlyMap<string, string>,
  { signal, limits }: ReadChangesOptions = {},
): AsyncGenerator<DocumentChange> {
  const sizes = source.options.chunkSizes ?? {};
  const parser = new DocumentParser({ ...limits, signal });
  try {
    for await (const found of documents) {
      signal?.throwIfAborted();
      yield 'reason' in found ? { type: 'failed', ...found } : await changeOf(found);
    }
  } finally {
    await parser.close();
  }

  async function changeOf(found: SourceDocument | UnreadDocument): Promise<DocumentChange> {
    const { path } = found;
    const fingerprint = fingerprintOf(found, sizes);
    if (known.get(path) === fingerprint) return { type: 'unchanged', path };
    const document = await readDocument(found);
    if ('reason' in document) return { type: 'failed', ...document };
    try {
      const { format, text, title, url } = document;
      const cut = { path, format, text, title, url };
      const chunks = await parser.cut({ source: source.name, document: cut, sizes });
      if (chunks.length === 0) return { type: 'left out', path };
      return { type: 'changed', path, isNew: !known.has(path), document, fingerprint, chunks };
    } catch (error) {
      signal?.throwIfAborted();
      return { type: 'failed', path, reason: error instanceof Error ? error.message : String(error) };
    }
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
