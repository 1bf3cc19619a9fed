import { loadFolder } from './load-folder.js';
import type { Documents, Source } from './source.js';

/** Opens a registered source as its kind wants it. */
export function loadSource({ kind, location, options }: Source): Promise<Documents> {
  switch (kind) {
    case 'folder':
      return loadFolder(location, options);
  }
}
