import { SafeMarkdown } from '../firewall/safe-markdown.js';
import type { AttachedFile } from './attached-file.js';

const MOST_CHARS = 80;

/** A file's name on one line. Names are people's: they may hold anything. */
export function plainName({ name }: { readonly name: string }): string {
  const line = name.replace(/[\p{C}\s`[\]]+/gu, ' ').trim() || 'unnamed';
  return line.length > MOST_CHARS ? `${line.slice(0, MOST_CHARS - 1)}…` : line;
}

/** The same as it may stand in a message of the bot. */
export function shownName(file: { readonly name: string }): string {
  const safe = new SafeMarkdown();
  return safe.write(`\`${plainName(file)}\``) + safe.end();
}

/** What a message of files without a word asks; empty when there are none. */
export function questionAbout(files: readonly AttachedFile[]): string {
  if (files.length === 0) return '';
  const names = files.map(plainName).join(', ');
  return files.length === 1
    ? `What is in the attached file ${names}?`
    : `What is in the attached files ${names}?`;
}
