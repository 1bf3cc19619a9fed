import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architectureProblems } from '../support/architecture.js';
import { dependencyProblems, type PackageJson } from '../support/dependencies.js';
import { parseSource, readSources } from '../support/source-file.js';

const files = readSources('src', 'manifest', 'test');
const packageJson: PackageJson = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

describe('the repository', () => {
  it('was read', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['src/config.ts', 'manifest/manifest.ts', 'src/threads/run-id.ts']),
    );
    expect(files.find(({ path }) => path === 'src/threads/run-id.ts')?.imports).toEqual([
      { specifier: 'uuid', typeOnly: false },
      { specifier: './thread.js', typeOnly: true },
    ]);
  });

  it('keeps to its layout', () => {
    expect(architectureProblems(files)).toEqual([]);
  });

  it('declares the packages that it uses, and no others', () => {
    expect(dependencyProblems(files, packageJson)).toEqual([]);
  });
});

describe('the layout check', () => {
  /** What it says about files that are given as text, beside one that is in order. */
  function problemsOf(sources: Record<string, string>): string[] {
    const inOrder = parseSource('src/errors.ts', "import 'node:fs';\n");
    return architectureProblems([
      inOrder,
      ...Object.entries(sources).map(([path, text]) => parseSource(path, text)),
    ]);
  }

  it('does not pass when it sees nothing', () => {
    expect(architectureProblems([])).toEqual(['no files were read']);
    expect(architectureProblems([parseSource('src/errors.ts', 'export {};\n')])).toEqual([
      'no imports were read',
    ]);
  });

  it.each([
    ['src/rag/answer.ts', "import { say } from '../slack/say.js';", 'rag must not use slack'],
    ['src/slack/on-message.ts', "export { x } from '../bot.js';", 'slack must not use bot'],
    ['src/slack/on-message.ts', "import type { Bot } from '../bot.js';", 'slack must not use bot'],
    [
      'src/slack/on-message.ts',
      "const x = await import('../database/journal.js');",
      'slack must not use database',
    ],
    ['src/threads/turn.ts', "import { readConfig } from '../config.js';", 'threads must not use config'],
    [
      'src/knowledge/ingest.ts',
      "import { settings } from '../config/settings.js';",
      'knowledge must not use config',
    ],
    ['src/helpers.ts', '', 'belongs to no known part'],
    ['manifest/manifest.ts', "import { x } from '../src/slack/x.js';", 'manifest must not use slack'],
  ])('refuses %s with %s', (path, text, problem) => {
    expect(problemsOf({ [path]: text })).toEqual([expect.stringContaining(problem)]);
  });

  it('lets a part take the type that it fulfils', () => {
    expect(
      problemsOf({ 'src/models/claude.ts': "import type { ChatModel } from '../rag/chat-model.js';" }),
    ).toEqual([]);
  });

  it.each([
    ['src/rag/answer.ts', "import Anthropic from '@anthropic-ai/sdk';", 'src/models'],
    ['src/slack/feedback.ts', "import { Client } from 'langsmith/client';", 'src/tracing'],
    ['src/rag/answer.ts', "type T = import('@slack/bolt').App;", 'src/slack'],
    ['src/slack/journal.ts', "import { createClient } from '@libsql/client/sqlite3';", 'src/database'],
    ['manifest/manifest.ts', "import { App } from '@slack/bolt';", 'src/slack'],
  ])('keeps a vendor at home: %s with %s', (path, text, home) => {
    expect(problemsOf({ [path]: text })).toEqual([expect.stringContaining(`whose only home is ${home}`)]);
  });

  it('refuses a long file', () => {
    expect(problemsOf({ 'src/rag/answer.ts': '\n'.repeat(300) })).toEqual([]);
    expect(problemsOf({ 'src/rag/answer.ts': '\n'.repeat(301) })).toEqual([
      expect.stringContaining('has 301 lines'),
    ]);
  });

  it('finds a cycle at run time, and none through types', () => {
    const a = { 'src/rag/a.ts': "import './b.js';", 'src/rag/b.ts': "import './c.js';" };
    expect(problemsOf({ ...a, 'src/rag/c.ts': "import './a.js';" })).toEqual([
      'import cycle: src/rag/a.ts -> src/rag/b.ts -> src/rag/c.ts -> src/rag/a.ts',
    ]);
    expect(problemsOf({ ...a, 'src/rag/c.ts': "import type { A } from './a.js';" })).toEqual([]);
  });
});

describe('the dependency check', () => {
  const declared = {
    scripts: { types: 'tsc --noEmit' },
    dependencies: { zod: '4' },
    devDependencies: { typescript: '5', vitest: '4' },
  };
  const inOrder = [
    parseSource('src/config.ts', "import { z } from 'zod';"),
    parseSource('test/unit/a.test.ts', "import { it } from 'vitest';"),
  ];

  it('is content with what is used and declared', () => {
    expect(dependencyProblems(inOrder, declared)).toEqual([]);
  });

  it.each([
    ["import x from 'left-pad/lib/x';", 'src/config.ts uses left-pad, which is not declared'],
    [
      "createRequire(import.meta.url)('@scope/pad/x');",
      'src/config.ts uses @scope/pad, which is not declared',
    ],
    ["import { it } from 'vitest';", 'src/config.ts uses vitest, which is not declared'],
  ])('finds what is used but not declared: %s', (text, problem) => {
    expect(dependencyProblems([...inOrder, parseSource('src/config.ts', text)], declared)).toEqual([problem]);
  });

  it('finds what is declared for nothing', () => {
    const dependencies = { ...declared.dependencies, 'left-pad': '1' };
    expect(dependencyProblems(inOrder, { ...declared, dependencies })).toEqual([
      'package.json declares left-pad, which nothing uses',
    ]);
  });
});
