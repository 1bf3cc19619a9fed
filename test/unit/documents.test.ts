import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'dotenv';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '../../src/config/setting-info.js';
import { settingInfoOf, settings } from '../../src/config/settings.js';
import { readConfig } from '../../src/config.js';
import { envExample, groups, settingsTable } from '../support/settings-documents.js';
import { ROOT } from '../support/source-file.js';

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const packageJson: { scripts: Record<string, string>; engines: { node: string } } = JSON.parse(
  text('package.json'),
);

/** Everything that a regular expression's first group matches, once each. */
function found(pattern: RegExp, from: string): string[] {
  return [...new Set(Array.from(from.matchAll(pattern), ([, group = '']) => group))];
}

describe('settings', () => {
  it('are all in .env.example, as the schema has them', () => {
    expect(text('.env.example')).toBe(envExample());
  });

  it('of .env.example, unchanged, are the defaults', () => {
    expect(readConfig(parse(text('.env.example')))).toEqual(readConfig({}));
  });

  it.each(Object.entries(settings.shape))('%s has an example that is accepted', (name, schema) => {
    expect(schema.safeParse(settingInfoOf(name).example).error).toBeUndefined();
  });

  it("are all in the README's table, as the schema has them", () => {
    expect(text('README.md')).toContain(settingsTable());
  });

  it.each(groups())('of the group "%s" are in docs/settings.md', (group) => {
    expect(text('docs/settings.md')).toContain(`## ${GROUPS[group]}\n`);
    expect(text('docs/settings.md')).toContain(settingsTable(group));
  });

  it.each(documents)('that %s names exist', (path) => {
    const named = found(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g, text(path));
    expect(named.filter((name) => !(name in settings.shape) && !name.startsWith('THREADSMITH_'))).toEqual([]);
  });
});

describe.each(documents)('%s', (path) => {
  it('names commands that exist', () => {
    const named = [
      ...found(/\bnpm run ([\w:-]+)/g, text(path)),
      ...found(/\bnpm (start|test)\b/g, text(path)),
    ];
    expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const links = found(/\]\(((?!https?:)[^)\s]+)\)/g, text(path));
    expect(links.filter((link) => !linkResolves(path, link))).toEqual([]);
  });
});

describe('the check of links', () => {
  it('tells a missing file and a missing heading', () => {
    expect(linkResolves('README.md', 'LICENSE')).toBe(true);
    expect(linkResolves('README.md', 'docs/settings.md#to-answer-in-a-slack-workspace')).toBe(true);
    expect(linkResolves('README.md', 'docs/nothing.md')).toBe(false);
    expect(linkResolves('README.md', 'docs/settings.md#nothing')).toBe(false);
  });
});

describe('the repository', () => {
  it('names the Node version that package.json asks for', () => {
    const version = packageJson.engines.node.replace('>=', '');
    expect(text('README.md')).toContain(`Node ${version}`);
  });

  it('records no download address in the lockfile', () => {
    expect(found(/"resolved": "(https?:[^"]+)"/g, text('package-lock.json'))).toEqual([]);
  });

  it('has a complete lockfile, which "npm ci" would refuse otherwise', () => {
    const { packages }: { packages: Record<string, { optionalDependencies?: Record<string, string> }> } =
      JSON.parse(text('package-lock.json'));
    const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const named = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !locked.has(name))).toEqual([]);
  });

  it('documents every script that people run', () => {
    const inDocuments = documents.map(text).join('\n');
    const own = Object.keys(packageJson.scripts).filter((name) => !name.startsWith('pre'));
    expect(own.filter((name) => !new RegExp(`npm (run )?${name}\\b`).test(inDocuments))).toEqual([]);
  });
});

function linkResolves(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : join(dirname(from), decodeURI(file));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || headingSlugs(text(target)).includes(anchor);
}

function headingSlugs(markdown: string): string[] {
  const slugger = new GithubSlugger();
  const withoutCode = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return Array.from(withoutCode.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => slugger.slug(heading));
}
