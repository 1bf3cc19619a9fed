import { ExpectedError } from '../../errors.js';
import type { SourceAccess } from '../loaders/source-access.js';
import type { Documents, Source } from '../source.js';
import { loadFolder } from './load-folder.js';

/**
 * Opens a registered source as its kind wants it. The loaders of what is not a folder are loaded only here: LangChain's take
 * half a second.
 *
 * @param access absent where there are only folders
 * @throws ExpectedError when the source as a whole cannot be read.
 */
export async function loadSource(source: Source, access?: SourceAccess): Promise<Documents> {
  const { kind, location, options } = source;
  if (kind === 'folder' || kind === 'glob') {
    return loadFolder(location, {
      ...options,
      isGlob: kind === 'glob',
      limits: access?.limits,
      signal: access?.signal,
    });
  }
  if (!access) throw new ExpectedError(`Expected a way to reach ${source.name}, got none.`);
  switch (kind) {
    case 'web': {
      const { loadWeb } = await import('../loaders/load-web.js');
      return loadWeb(location, options, access);
    }
    case 'confluence': {
      const { loadConfluence } = await import('../loaders/load-confluence.js');
      return loadConfluence(location, access);
    }
    case 'notion': {
      const { loadNotion } = await import('../loaders/load-notion.js');
      return loadNotion(location, access);
    }
    case 'github': {
      const { loadGithub } = await import('../loaders/load-github.js');
      return loadGithub(location, options, access);
    }
  }
}
