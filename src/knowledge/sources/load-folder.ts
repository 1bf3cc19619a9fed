import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError } from '../../errors.js';
import { DocumentParser } from '../loaders/document-parser.js';
import { FILE_ENDINGS, fileFormatOf, titleIn } from '../loaders/file-formats.js';
import { DEFAULT_LIMITS, type LoadLimits } from '../loaders/limits.js';
import { pathsBelow } from '../loaders/paths-below.js';
import { splitGlob } from '../loaders/split-glob.js';
import { pathFilter } from '../loaders/url-patterns.js';
import type { Documents, FailedDocument, SourceOptions, UnreadDocument } from '../source.js';
import { publishedUrl } from './published-url.js';

export interface LoadFolderOptions extends SourceOptions {
  /** Whether the location is a pattern of paths. */
  readonly isGlob?: boolean | undefined;
  readonly limits?: Partial<LoadLimits> | undefined;
  /** Ends what is being parsed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The documents of a folder, of a pattern of paths, or one file. Symbolic links below it are not followed, so nothing outside
 * of it is read; `node_modules` and what begins with a dot are left out.
 *
 * LangChain's DirectoryLoader does not fit: it follows links out of the folder, holds all files in memory at once, and
 * one that cannot be read ends the run.
 *
 * @throws ExpectedError when there is no such folder or file, or nothing in it that can be read: a folder that is not
 *   mounted must not empty the index.
 */
export async function loadFolder(location: string, options: LoadFolderOptions = {}): Promise<Documents> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { folder: place, pattern } = options.isGlob ? splitGlob(location) : { folder: location };
  const root = await realpath(resolve(place)).catch((cause: unknown) => {
    throw new ExpectedError(`Expected a folder or a file at ${place}, found none: check the path.`, {
      cause,
    });
  });
  const isFile = (await stat(root)).isFile();
  const folder = isFile ? dirname(root) : root;
  const matches = pathFilter({ include: pattern === undefined ? [] : [pattern] });
  const wanted = pathFilter(options);
  const found = isFile ? { paths: [basename(root)], unread: [] } : await pathsBelow(root);
  const paths = found.paths
    .filter((path) => fileFormatOf(path) !== undefined && matches(path) && wanted(path))
    .sort();
  const notExcluded = pathFilter({ exclude: options.exclude });
  // Excluded as what is in it would be.
  const isExpected = (inside: string) => wanted(inside) || notExcluded(inside);
  const unread = found.unread.filter((one) => isExpected(`${one.path}/any`));
  if (paths.length + unread.length === 0) {
    throw new ExpectedError(`Expected documents (${FILE_ENDINGS.join(', ')}) in ${location}, found none.`);
  }
  if (paths.length > limits.documents) {
    throw new ExpectedError(
      `Expected at most ${limits.documents} documents in ${location}, got ${paths.length}: name those that matter with --include.`,
    );
  }
  return {
    count: paths.length + unread.length,
    unusedPatterns: wanted.unused,
    async *[Symbol.asyncIterator]() {
      const { parseMs: timeoutMs, parseMb: memoryMb } = limits;
      const parser = new DocumentParser({ timeoutMs, memoryMb, signal: options.signal });
      try {
        yield* unread;
        for (const path of paths) yield await load(folder, path, options, limits, parser);
      } finally {
        await parser.close();
      }
    },
  };
}

async function load(
  folder: string,
  path: string,
  { baseUrl }: SourceOptions,
  limits: LoadLimits,
  parser: DocumentParser,
): Promise<UnreadDocument | FailedDocument> {
  try {
    // O_NOFOLLOW: what was a file when the folder was listed may be a link by now.
    const file = await open(join(folder, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { size, mtime } = await file.stat();
      const most = /\.(?:pdf|docx)$/i.test(path) ? limits.fileBytes : limits.textBytes;
      if (size > most)
        return { path, reason: `expected at most ${most} bytes, got ${size}: split the document` };
      const bytes = await file.readFile();
      const url = baseUrl && publishedUrl(baseUrl, path);
      return {
        path,
        fileFormat: fileFormatOf(path) ?? 'text',
        read: () => read(path, bytes, url, parser),
        contentHash: createHash('sha256').update(bytes).digest('hex'),
        updatedAt: mtime.toISOString(),
        ...(url && { url }),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    // What Node cannot decode of a name it replaces, and then finds no file of that name.
    const isMisnamed = path.includes('\ufffd');
    return { path, reason: isMisnamed ? 'expected a name in UTF-8: rename the file' : messageOf(error) };
  }
}

async function read(
  path: string,
  bytes: Buffer,
  url: string | undefined,
  parser: DocumentParser,
): ReturnType<UnreadDocument['read']> {
  const format = fileFormatOf(path) ?? 'text';
  if (format === 'html') return parser.document({ type: format, bytes, url });
  if (format === 'pdf' || format === 'docx') return parser.document({ type: format, bytes });
  const text = decode(bytes);
  return { format, text, title: titleIn(path, text) };
}

/** UTF-8, or UTF-16 where a byte order mark says so, as Windows programs save it. */
function decode(bytes: Buffer): string {
  const charset = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : charset, {
      fatal: true,
    }).decode(bytes);
  } catch {
    throw new Error('expected text in UTF-8, got other bytes: convert the file');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
