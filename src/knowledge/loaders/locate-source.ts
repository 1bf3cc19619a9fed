import { realpath } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { ExpectedError } from '../../errors.js';
import type { Source } from '../source.js';
import { splitGlob } from './split-glob.js';

export interface LocatedSource extends Pick<Source, 'kind' | 'location'> {
  readonly suggestedName: string;
}

/**
 * What an argument of the command line means: a web address, `confluence:KEY`, `notion:ID`, `github:owner/name`, else a path
 * or, where there is nothing at it, a pattern of paths.
 *
 * @throws ExpectedError when it is none of these.
 */
export async function locateSource(argument: string): Promise<LocatedSource> {
  if (/^https?:\/\//i.test(argument)) return webSource(argument);
  const [, service, place = ''] = /^(confluence|notion|github):(.*)$/s.exec(argument) ?? [];
  switch (service) {
    case 'confluence':
      return spaceSource(place);
    case 'notion':
      return notionSource(place);
    case 'github':
      return repositorySource(place);
  }
  const path = await realpath(resolve(argument)).catch(() => undefined);
  if (path !== undefined) {
    return { kind: 'folder', location: path, suggestedName: basename(path, extname(path)) };
  }
  const { folder, pattern } = splitGlob(argument);
  const base = await realpath(resolve(folder)).catch((cause: unknown) => {
    throw new ExpectedError(`Expected a folder or a file at ${folder}, found none: check the path.`, {
      cause,
    });
  });
  return { kind: 'glob', location: join(base, pattern ?? ''), suggestedName: basename(base) };
}

function webSource(argument: string): LocatedSource {
  if (!URL.canParse(argument)) throw new ExpectedError(`Expected a web address, got "${argument}".`);
  const url = new URL(argument);
  if (url.username || url.password) {
    throw new ExpectedError('Expected a web address without a login: it would be kept in the index.');
  }
  url.hash = '';
  const path = url.pathname.replace(/\/?sitemap[^/]*\.xml(?:\.gz)?$/i, '');
  return { kind: 'web', location: url.href, suggestedName: nameOf(`${url.host}${path}`) };
}

function spaceSource(key: string): LocatedSource {
  if (!/^~?[\w.-]+$/.test(key)) {
    throw new ExpectedError(`Expected the key of a Confluence space as confluence:KEY, got "${key}".`);
  }
  return { kind: 'confluence', location: key, suggestedName: nameOf(`confluence-${key}`) };
}

/** Notion's own links end in the id, without hyphens. */
function notionSource(place: string): LocatedSource {
  const [id] = /[0-9a-f]{32}(?![0-9a-f])/i.exec(place.replaceAll('-', '')) ?? [];
  if (id === undefined) {
    throw new ExpectedError(
      `Expected a Notion page's or database's id or link as notion:ID, got "${place}".`,
    );
  }
  const uuid = id.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { kind: 'notion', location: uuid, suggestedName: `notion-${uuid.slice(0, 8)}` };
}

function repositorySource(place: string): LocatedSource {
  if (!/^[\w.-]+\/[\w.-]+(?:\/[^#]+)?(?:#.+)?$/.test(place)) {
    throw new ExpectedError(
      `Expected a repository as github:owner/name, github:owner/name/folder or github:owner/name#branch, got "${place}".`,
    );
  }
  return { kind: 'github', location: place, suggestedName: nameOf(`github-${place}`) };
}

function nameOf(place: string): string {
  return place
    .replace(/[^\p{L}\p{N}._]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
}
