import type { Log } from '../../logger.js';
import type { Attachment } from '../../rag/attachment.js';
import type { AttachedFile } from './attached-file.js';
import { type DownloadFile, NOT_PERMITTED } from './download-file.js';
import { FILE_LIMITS, type FileLimits } from './file-limits.js';
import { FileProblem } from './file-problem.js';
import { type ParseFile, readContent } from './read-content.js';
import { reasonNotToRead } from './reason-not-to-read.js';
import { withinTextLimit } from './within-text-limit.js';

export interface ReadFilesOptions {
  readonly download: DownloadFile;
  readonly parse: ParseFile;
  /** Why no file is read at all. @default they are */
  readonly unavailable?: string | undefined;
  readonly limits?: FileLimits | undefined;
  readonly log: Log;
}

/**
 * The files of a question, in their order: what can be read, and for each of the others why it is not. Rejects only when the
 * signal is aborted.
 */
export type ReadFiles = (files: readonly AttachedFile[], signal: AbortSignal) => Promise<Attachment[]>;

export function createReadFiles(options: ReadFilesOptions): ReadFiles {
  const { unavailable, limits = FILE_LIMITS, log } = options;

  return async function readFiles(files, signal) {
    if (files.length === 0) return [];
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new FileProblem('took too long to read')), limits.readMs);
    const both = AbortSignal.any([signal, late.signal]);
    let left = limits.totalBytes;
    try {
      const read = files.map(async (file, index): Promise<Attachment> => {
        const reason = unavailable ?? reasonNotToRead(file, index, limits);
        if (reason !== undefined) return unread(file, reason);
        const source = sourceOf(file, limits);
        // Slack's sizes are taken at their word here; each download is held to its own limit all the same.
        const size = source.isPreview ? 0 : (file.bytes ?? 0);
        if (size > left) return unread(file, 'is too large together with the files before it');
        left -= size;
        try {
          return await unlessAborted(readOne(file, source, both), both);
        } catch (error) {
          signal.throwIfAborted();
          return unread(file, reasonOf(error, file));
        }
      });
      return withinTextLimit(await Promise.all(read), limits.textChars);
    } finally {
      clearTimeout(timer);
    }
  };

  async function readOne(file: AttachedFile, source: Source, signal: AbortSignal): Promise<Attachment> {
    const { bytes, isHtml } = await options.download(source.url, limits.fileBytes, signal);
    // A page in place of the file: of a file that is HTML itself, one of another length.
    const isOther = !/html/.test(file.mimetype) || (file.bytes !== undefined && file.bytes !== bytes.length);
    if (isHtml && isOther) throw new FileProblem(NOT_PERMITTED);
    return readContent(file.name, bytes, { parse: options.parse, limits, signal });
  }

  function reasonOf(error: unknown, { id }: AttachedFile): string {
    if (error instanceof FileProblem) {
      if (error.message === NOT_PERMITTED)
        log.warn({ file: id }, 'Slack does not let the bot read files: give the app the scope files:read');
      else if (error.cause) log.info({ err: error.cause, file: id }, 'an attached file was not read');
      return error.message;
    }
    log.warn({ err: error, file: id }, 'an attached file was not read');
    return 'could not be downloaded from Slack';
  }
}

interface Source {
  readonly url: string;
  readonly isPreview: boolean;
}

const FOR_CLAUDE = /^image\/(?:png|jpe?g|gif|webp)$/;

/** Slack's own smaller copy of an image that Claude would not take: a photo straight from a phone, HEIC, TIFF. */
function sourceOf(file: AttachedFile, limits: FileLimits): Source {
  const { mimetype, bytes = 0, pixels = 0, url = '', previewUrl } = file;
  const isTooMuch = bytes > limits.imageBytes || pixels > limits.imagePixels;
  const isPreview = mimetype.startsWith('image/') && (isTooMuch || !FOR_CLAUDE.test(mimetype));
  return isPreview && previewUrl ? { url: previewUrl, isPreview } : { url, isPreview: false };
}

function unread({ name, bytes }: AttachedFile, reason: string): Attachment {
  return { kind: 'unread', name, ...(bytes !== undefined && { bytes }), reason };
}

/** Also for work that does not heed the signal. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason);
    signal.addEventListener('abort', end);
  });
  try {
    if (signal.aborted) end();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
