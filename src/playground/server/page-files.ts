import { readFile } from 'node:fs/promises';

/** From both src/playground/server and dist/playground/server. */
const FOLDER = new URL('../../../src/playground/page/', import.meta.url);

const TYPES = { css: 'text/css', html: 'text/html', js: 'text/javascript' } as const;

const STYLES = ['base', 'frame', 'composer', 'messages', 'inspector', 'dialogs', 'docs'];
const SCRIPTS = [
  ...['page', 'dom', 'state', 'frame', 'channel', 'thread', 'composer', 'mention-list', 'attachments'],
  ...['message', 'message-menu', 'message-problem', 'citation', 'reading-place'],
  ...['inspector', 'traces', 'run-detail', 'values'],
  ...['slack-calls', 'dialog', 'modal', 'documents', 'faults', 'escape'],
];

const FILES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  ...Object.fromEntries(STYLES.map((name) => [`/${name}.css`, `${name}.css`])),
  ...Object.fromEntries(SCRIPTS.map((name) => [`/${name}.js`, `${name}.js`])),
};

export interface PageFile {
  /** Of the content, for its header. */
  readonly type: string;
  readonly content: Buffer;
}

/** One of the page's own files; undefined for anything else. */
export async function pageFile(path: string): Promise<PageFile | undefined> {
  const name = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (name === undefined) return undefined;
  const ending = name.endsWith('.html') ? 'html' : name.endsWith('.css') ? 'css' : 'js';
  return { type: `${TYPES[ending]}; charset=utf-8`, content: await readFile(new URL(name, FOLDER)) };
}
