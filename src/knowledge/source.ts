import type { ChunkSizes } from './chunk-document.js';

/** Where documents come from. Registered under its name, so that `npm run ingest` alone refreshes it. */
export interface Source {
  /** Unique; shown beside passages and used to filter them. */
  readonly name: string;
  readonly kind: 'folder';
  /** An absolute path. */
  readonly location: string;
  readonly options: SourceOptions;
}

export interface SourceOptions {
  /** Where the documents are published: a folder's files are then cited by their pages there. */
  readonly baseUrl?: string | undefined;
  /** How its documents are cut, where that is not as usual. */
  readonly chunkSizes?: ChunkSizes | undefined;
}

export interface RegisteredSource extends Source {
  /** When a refresh last reached its end, ISO 8601. */
  readonly refreshedAt?: string | undefined;
  readonly documents: number;
  readonly chunks: number;
}

/** A document as it was loaded, not yet cut. */
export interface SourceDocument {
  /** Unique in its source and the same at each load: the path below the folder, with slashes. */
  readonly path: string;
  readonly format: 'markdown' | 'mdx' | 'text';
  readonly text: string;
  /** The page where a person reads it. */
  readonly url?: string | undefined;
  /** SHA-256 of the bytes, in hex. */
  readonly contentHash: string;
  /** When it was last changed, ISO 8601. */
  readonly updatedAt?: string | undefined;
}

/** One broken document never stops a run: what was indexed of it before stays. */
export interface FailedDocument {
  readonly path: string;
  readonly reason: string;
}

export interface Documents extends AsyncIterable<SourceDocument | FailedDocument> {
  /** How many there will be, where that is known before they are read. */
  readonly count?: number | undefined;
}
