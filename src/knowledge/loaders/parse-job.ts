import type { ChunkSizes, DocumentText } from '../chunks/chunk-document.js';
import type { PreparedChunk } from '../chunks/prepare-chunks.js';

/** What is done in a worker: documents that others wrote can hang a parser or fill the memory. */
export type ParseJob = DocumentJob | CutJob | { readonly type: 'sitemap'; readonly bytes: Uint8Array };

export interface CutJob {
  readonly type: 'cut';
  /** The source's name. */
  readonly source: string;
  readonly document: DocumentText;
  readonly sizes: ChunkSizes;
}

export type DocumentJob =
  | {
      readonly type: 'html';
      readonly bytes: Uint8Array;
      /** As the server named it. */
      readonly charset?: string | undefined;
      /** Where the page is, for its relative links. */
      readonly url?: string | undefined;
      /** Confluence stores pages as HTML with elements of its own. */
      readonly dialect?: 'confluence' | undefined;
    }
  | { readonly type: 'pdf' | 'docx'; readonly bytes: Uint8Array };

export interface ParsedDocument {
  readonly format: 'markdown' | 'text';
  readonly text: string;
  /** Where the document says so outside of its text. */
  readonly title?: string | undefined;
}

export interface ParsedSitemap {
  /** Whether the entries are further sitemaps, not pages. */
  readonly isIndex: boolean;
  readonly entries: readonly SitemapEntry[];
}

export interface SitemapEntry {
  readonly location: string;
  /** As it is written there. */
  readonly lastModified: string;
}

export type ParseReply =
  | { readonly document: ParsedDocument }
  | { readonly sitemap: ParsedSitemap }
  | { readonly chunks: readonly PreparedChunk[] }
  | { readonly problem: string };
