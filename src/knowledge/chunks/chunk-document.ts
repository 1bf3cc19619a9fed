import { posix } from 'node:path';
import type { SourceDocument } from '../source.js';
import type { Chunk } from './chunk.js';
import { chunkMarkdown } from './chunk-markdown.js';
import { chunkText } from './chunk-text.js';
import { shortTitle } from './short-title.js';
import { stripMdx } from './strip-mdx.js';

export interface ChunkSizes {
  /** @default 1600 */
  readonly maxChars?: number | undefined;
  /** @default 1000 */
  readonly minChars?: number | undefined;
}

/** What of a document is cut. */
export type DocumentText = Pick<SourceDocument, 'path' | 'format' | 'text' | 'title' | 'url'>;

/** Cuts a document as its format wants it. There are no chunks of one without words, or that says it is a draft. */
export function chunkDocument(
  { path, format, text, title, url }: DocumentText,
  sizes: ChunkSizes = {},
): Chunk[] {
  // A NUL means nothing in a text, and no database stores it.
  const clean = text.replaceAll('\0', '');
  const options = { ...sizes, title: shortTitle(title || titleFromPath(path)), url };
  if (format === 'text') return chunkText(clean, options);
  return chunkMarkdown(format === 'mdx' ? stripMdx(clean) : clean, options);
}

/** The file's name without its ending; for index and README the folder's. */
function titleFromPath(path: string): string {
  const name = posix.parse(path).name;
  const folder = posix.basename(posix.dirname(path));
  return /^(index|readme)$/i.test(name) && folder !== '.' && folder !== '' ? folder : name;
}
