import { createHash } from 'node:crypto';
import type { Documents, FailedDocument, SourceDocument } from '../source.js';
import { DocumentParser } from './document-parser.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { ParsedDocument } from './parse-job.js';
import type { SourceAccess } from './source-access.js';

/** What a service gave: text, or HTML or a file that is still to be parsed. */
export type FoundText =
  | FailedDocument
  | (Pick<SourceDocument, 'path' | 'url' | 'updatedAt' | 'title'> &
      (
        | { readonly html: string; readonly dialect?: 'confluence' }
        | { readonly type: 'pdf' | 'docx'; readonly bytes: Uint8Array }
        | Pick<SourceDocument, 'text' | 'format'>
      ));

/** Makes documents of what a service gave. A title stands above the text: headings in it are of what it is about. */
export function documentsOf(
  found: Iterable<FoundText> | AsyncIterable<FoundText>,
  { limits, signal }: Pick<SourceAccess, 'limits' | 'signal'>,
): Documents {
  const { parseMs: timeoutMs, parseMb: memoryMb } = { ...DEFAULT_LIMITS, ...limits };
  return {
    ...(Array.isArray(found) && { count: found.length }),
    async *[Symbol.asyncIterator]() {
      const parser = new DocumentParser({ timeoutMs, memoryMb, signal });
      try {
        for await (const one of found) yield await documentOf(one, parser);
      } finally {
        await parser.close();
      }
    },
  };
}

async function documentOf(
  found: FoundText,
  parser: DocumentParser,
): Promise<SourceDocument | FailedDocument> {
  if ('reason' in found) return found;
  const { path, title, url, updatedAt } = found;
  try {
    const { format, text } = await textOf(found, parser);
    const titled = title && format === 'markdown' ? `# ${title.replace(/\s+/g, ' ')}\n\n${text}` : text;
    const contentHash = createHash('sha256')
      .update(JSON.stringify([title, titled]))
      .digest('hex');
    return {
      ...{ path, format, text: titled, contentHash },
      ...(title && { title }),
      ...(url && { url }),
      ...(updatedAt && { updatedAt }),
    };
  } catch (error) {
    return { path, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function textOf(
  found: Exclude<FoundText, FailedDocument>,
  parser: DocumentParser,
): Promise<Pick<SourceDocument, 'format' | 'text'> | ParsedDocument> {
  if ('type' in found) return parser.document({ type: found.type, bytes: found.bytes });
  if (!('html' in found)) return found;
  const bytes = new TextEncoder().encode(found.html);
  const { url, dialect } = found;
  return parser.document({ type: 'html', bytes, charset: 'utf-8', url, dialect });
}
