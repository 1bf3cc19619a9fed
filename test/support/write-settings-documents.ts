import { readFileSync, writeFileSync } from 'node:fs';
import { GROUPS } from '../../src/config/setting-info.js';
import { envExample, groups, settingsTable } from './settings-documents.js';

const TABLE = /\| Setting \| Default \| What it does \|\n\|---\|---\|---\|\n(?:\|.*\n)+/;

/** Writes what the documents must say about the settings; a new group's section goes after the one before it. */
function main(): void {
  rewrite('.env.example', () => envExample());
  rewrite('README.md', (text) => text.replace(TABLE, `${settingsTable()}\n`));
  rewrite('docs/settings.md', (text) => groups().reduce(withGroup, text));
}

function withGroup(text: string, group: keyof typeof GROUPS): string {
  const sections = text.split(/^(?=## )/m);
  const headingOf = (name: keyof typeof GROUPS) => `## ${GROUPS[name]}\n`;
  const place = sections.findIndex((section) => section.startsWith(headingOf(group)));
  const table = `${settingsTable(group)}\n`;
  if (place >= 0) sections[place] = sections[place]?.replace(TABLE, table) ?? '';
  else {
    const before = groups()[groups().indexOf(group) - 1];
    const after = sections.findIndex((section) => before && section.startsWith(headingOf(before)));
    sections.splice(after + 1, 0, `${headingOf(group)}\n${table}\n`);
  }
  return sections.join('');
}

function rewrite(path: string, change: (text: string) => string): void {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

main();
