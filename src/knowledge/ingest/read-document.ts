import type { FailedDocument, SourceDocument, UnreadDocument } from '../source.js';

/** A found document with its text; a failed one when it cannot be read. */
export async function readDocument(
  found: SourceDocument | UnreadDocument | FailedDocument,
): Promise<SourceDocument | FailedDocument> {
  if (!('read' in found)) return found;
  const { read, fileFormat: _, ...rest } = found;
  try {
    return { ...rest, ...(await read()) };
  } catch (error) {
    return { path: found.path, reason: error instanceof Error ? error.message : String(error) };
  }
}
