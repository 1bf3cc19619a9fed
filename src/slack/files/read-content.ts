import type { Attachment } from '../../rag/attachment.js';
import { decodeText } from './decode-text.js';
import type { FileLimits } from './file-limits.js';
import { FileProblem } from './file-problem.js';
import { imageHeader } from './image-header.js';

/** The text of a PDF or Word file. Fulfilled by `knowledge/`; rejects for a broken, locked or too demanding one. */
export type ParseFile = (type: 'pdf' | 'docx', bytes: Uint8Array, signal: AbortSignal) => Promise<string>;

export interface ReadContentOptions {
  readonly parse: ParseFile;
  readonly limits: FileLimits;
  readonly signal: AbortSignal;
}

/** Of UTF-8, which takes at most four bytes a character, or UTF-16. */
const MOST_BYTES_A_CHAR = 4;

/**
 * A file by what it holds, whatever its name and declared type say.
 *
 * @throws FileProblem when it cannot be read, or the signal's reason.
 */
export async function readContent(
  name: string,
  bytes: Uint8Array,
  { parse, limits, signal }: ReadContentOptions,
): Promise<Attachment> {
  const size = { name, bytes: bytes.length };
  if (bytes.length === 0) throw new FileProblem('is empty');

  const image = imageHeader(bytes);
  if (image) {
    const { mediaType, width, height } = image;
    if (width === 0 || height === 0) throw new FileProblem('is a broken image');
    if (bytes.length > limits.imageBytes)
      throw new FileProblem(`is an image of more than ${(limits.imageBytes / 1_000_000).toFixed(1)} MB`);
    if (Math.max(width, height) > limits.imagePixels)
      throw new FileProblem(`is an image of more than ${limits.imagePixels} pixels a side`);
    return { kind: 'image', ...size, mediaType, base64: Buffer.from(bytes).toString('base64') };
  }

  const document = documentType(bytes);
  if (document) {
    const text = await parse(document, bytes, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      const what = document === 'pdf' ? 'PDF' : 'Word file';
      const reason = `could not be read as a ${what}: it may be broken, locked, too long or all pictures`;
      throw new FileProblem(reason, { cause });
    });
    return { kind: 'text', ...size, text };
  }

  const end = limits.textChars * MOST_BYTES_A_CHAR;
  const cut = bytes.length > end;
  const text = decodeText(bytes.subarray(0, end), { cut });
  if (text === undefined) throw new FileProblem('is not text, PDF, Word, PNG, JPEG, GIF or WebP');
  if (text.trim() === '') throw new FileProblem('is empty');
  return { kind: 'text', ...size, text, ...(cut && { cut }) };
}

/** How far into a PDF its mark may stand. */
const PDF_HEAD_BYTES = 1024;

function documentType(bytes: Uint8Array): 'pdf' | 'docx' | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, PDF_HEAD_BYTES).includes('%PDF-')) return 'pdf';
  return buffer.subarray(0, 4).equals(ZIP) && buffer.includes('word/document.xml') ? 'docx' : undefined;
}

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
