import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { ExpectedError } from '../errors.js';
import { publishedUrl } from './published-url.js';
import type { Documents, FailedDocument, SourceDocument, SourceOptions } from './source.js';

/** A document above it is a data dump; it would hold the parser for seconds. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

const FORMATS: Readonly<Record<string, SourceDocument['format']>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.mdx': 'mdx',
  '.txt': 'text',
};

export interface LoadFolderOptions extends SourceOptions {
  /** @default 2 MiB */
  readonly maxFileBytes?: number | undefined;
}

/**
 * The documents of a folder, or one file. Symbolic links below it are not followed, so nothing outside of it is read;
 * `node_modules` and what begins with a dot are left out.
 *
 * LangChain's DirectoryLoader does not fit: it follows links out of the folder, holds all files in memory at once, and
 * one that cannot be read ends the run.
 *
 * @throws ExpectedError when there is no such folder or file, or nothing in it that can be read: a folder that is not
 *   mounted must not empty the index.
 */
export async function loadFolder(location: string, options: LoadFolderOptions = {}): Promise<Documents> {
  const root = await realpath(resolve(location)).catch((cause: unknown) => {
    throw new ExpectedError(`Expected a folder or a file at ${location}, found none: check the path.`, {
      cause,
    });
  });
  const isFile = (await stat(root)).isFile();
  const folder = isFile ? dirname(root) : root;
  const paths = isFile ? [basename(root)] : await pathsBelow(root);
  const known = paths.filter((path) => extname(path).toLowerCase() in FORMATS).sort();
  if (known.length === 0) {
    throw new ExpectedError(
      `Expected documents (${Object.keys(FORMATS).join(', ')}) in ${location}, found none.`,
    );
  }
  return {
    count: known.length,
    async *[Symbol.asyncIterator]() {
      for (const path of known) yield await load(folder, path, options);
    },
  };
}

/** Paths with slashes, relative to the root. */
async function pathsBelow(root: string): Promise<string[]> {
  const paths: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) paths.push(relative(root, path).split(sep).join('/'));
    }
  }
  return paths;
}

async function load(
  folder: string,
  path: string,
  { baseUrl, maxFileBytes = MAX_FILE_BYTES }: LoadFolderOptions,
): Promise<SourceDocument | FailedDocument> {
  try {
    // O_NOFOLLOW: what was a file when the folder was listed may be a link by now.
    const file = await open(join(folder, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const { size, mtime } = await file.stat();
      if (size > maxFileBytes) {
        return { path, reason: `expected at most ${maxFileBytes} bytes, got ${size}: split the document` };
      }
      const bytes = await file.readFile();
      const text = decode(bytes);
      if (text === undefined)
        return { path, reason: 'expected text in UTF-8, got other bytes: convert the file' };
      return {
        path,
        format: FORMATS[extname(path).toLowerCase()] ?? 'text',
        text,
        contentHash: createHash('sha256').update(bytes).digest('hex'),
        updatedAt: mtime.toISOString(),
        ...(baseUrl && { url: publishedUrl(baseUrl, path) }),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { path, reason: error instanceof Error ? error.message : String(error) };
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
