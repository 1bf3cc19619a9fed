import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ExpectedError } from '../../errors.js';
import type { FailedDocument } from '../source.js';

export interface PathsBelow {
  /** With slashes, relative to the root. */
  readonly paths: readonly string[];
  /** Folders that cannot be read. */
  readonly unread: readonly FailedDocument[];
}

/**
 * The files below a folder, without `node_modules` and what begins with a dot. Links are not followed.
 *
 * @throws ExpectedError when the folder itself cannot be read.
 */
export async function pathsBelow(root: string): Promise<PathsBelow> {
  const [paths, unread]: [string[], FailedDocument[]] = [[], []];
  const pathOf = (place: string) => relative(root, place).split(sep).join('/');
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[] = [];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      const reason = `the folder cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
      if (folder === root) throw new ExpectedError(`${root}: ${reason}.`, { cause });
      unread.push({ path: pathOf(folder), reason, isFolder: true });
    }
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) paths.push(pathOf(path));
    }
  }
  return { paths, unread };
}
