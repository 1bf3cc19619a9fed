import type { ChunkSizes } from './chunks/chunk-document.js';

/** Where documents come from. Registered under its name, so that `npm run ingest` alone refreshes it. */
export interface Source {
  /** Unique; shown beside passages and used to filter them. */
  readonly name: string;
  readonly kind: SourceKind;
  /**
   * Where it is: an absolute path, an absolute pattern of paths, a web address, a Confluence space's key, a Notion page's or
   * database's id, or a repository as `owner/name`, `owner/name/folder` or `owner/name#branch`.
   */
  readonly location: string;
  readonly options: SourceOptions;
}

/** `web` is a page, or a sitemap with the pages that it lists. */
export const SOURCE_KINDS = ['folder', 'glob', 'web', 'confluence', 'notion', 'github'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface SourceOptions {
  /** Where the documents are published: a folder's files are then cited by their pages there. */
  readonly baseUrl?: string | undefined;
  /** Patterns of the paths or pages that are wanted; all where there are none. */
  readonly include?: readonly string[] | undefined;
  /** Patterns of those that are not, even where they are included. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether web pages may be on private, link-local or loopback addresses. */
  readonly allowPrivate?: boolean | undefined;
  /** Between two requests to a site, in milliseconds. */
  readonly delayMs?: number | undefined;
  /** Whom to ask what its documents do not say, as people read it ("#people-ops"); empty for nobody. */
  readonly askInstead?: string | undefined;
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
  /** Unique in its source and the same at each load: the path below the folder, with slashes, or the page's address. */
  readonly path: string;
  readonly format: 'markdown' | 'mdx' | 'text';
  readonly text: string;
  /** What it is called where its text does not say so; its file's name without it. */
  readonly title?: string | undefined;
  /** The page where a person reads it. */
  readonly url?: string | undefined;
  /** SHA-256 in hex, of the file's bytes or of the text and title that were read from it. */
  readonly contentHash: string;
  /** When it was last changed, ISO 8601. */
  readonly updatedAt?: string | undefined;
}

/** A document that is parsed only when its bytes are new: a PDF of 300 pages takes seconds. */
export interface UnreadDocument extends Omit<SourceDocument, 'format' | 'text' | 'title'> {
  /** Of its file; what is read of it is Markdown or text. */
  readonly fileFormat: string;
  /** To be called before the next document is asked for. Rejects with a reason that people can act on. */
  read(): Promise<Pick<SourceDocument, 'format' | 'text' | 'title'>>;
}

/** One broken document never stops a run: what was indexed of it before stays. */
export interface FailedDocument {
  readonly path: string;
  readonly reason: string;
  /** It is known to be there no more, so what was indexed of it goes. */
  readonly gone?: boolean | undefined;
  /** It is a folder that cannot be read: what was indexed of the documents below it stays. */
  readonly isFolder?: boolean | undefined;
  /** Other documents may stand in what could not be read: nothing of the source is taken for gone. */
  readonly hidesOthers?: boolean | undefined;
}

export interface Documents extends AsyncIterable<SourceDocument | UnreadDocument | FailedDocument> {
  /** How many there will be, where that is known before they are read. */
  readonly count?: number | undefined;
  /** Of the patterns of paths or pages those that matched nothing, once all documents were given. */
  readonly unusedPatterns?: (() => readonly string[]) | undefined;
}
