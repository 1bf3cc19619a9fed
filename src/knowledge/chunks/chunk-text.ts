import { type Chunk, type ChunkOptions, DEFAULT_MAX_CHARS } from './chunk.js';
import { packSections } from './pack-sections.js';
import { splitText } from './split-text.js';

/** Cuts plain text at its paragraphs. Nothing in it is markup: an indented line is not code, a # no heading. */
export function chunkText(text: string, options: ChunkOptions): Chunk[] {
  const paragraphs = text.replaceAll('\r\n', '\n').split(/\n\s*\n/);
  const maxChars = options.maxChars ?? DEFAULT_MAX_CHARS;
  const pieces = paragraphs
    .flatMap((paragraph) => splitText(paragraph, maxChars))
    .map((piece) => ({ text: piece, gap: '\n\n' }));
  return packSections([{ headings: [], heading: '', pieces }], options);
}
