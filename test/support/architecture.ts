import { packageOf, resolveImport, type SourceFile } from './source-file.js';

/** Lines of a file of the program; a table of test cases may be longer. */
const LONGEST_FILE = 300;

/**
 * Which part may use which at run time. Types may be taken from anywhere but from `bot` and `playground`: a part declares
 * the interface that it needs, and the part that fulfils it takes the type from there.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  main: ['bot', 'playground', 'cli', 'modes', 'config', 'network', 'logger', 'errors'],
  cli: ['bot', 'config', 'network', 'logger', 'errors', 'knowledge', 'models', 'database', 'tracing'],
  bot: [
    ...['slack', 'rag', 'models', 'knowledge', 'tracing', 'database', 'threads'],
    ...['config', 'network', 'logger', 'errors'],
  ],
  playground: ['bot', 'modes', 'config', 'network', 'threads', 'errors'],
  modes: [],
  slack: ['threads', 'secrets', 'errors'],
  rag: ['threads', 'errors'],
  models: ['errors'],
  knowledge: ['start-worker', 'errors'],
  database: ['start-worker', 'errors'],
  tracing: ['secrets', 'errors'],
  threads: [],
  secrets: [],
  config: ['errors'],
  network: ['errors'],
  'start-worker': [],
  logger: [],
  errors: [],
};

/** Nobody takes even a type from these, but the parts named. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  bot: ['main', 'cli', 'playground'],
  playground: ['main', 'cli'],
};

/** One vendor, one folder. */
const HOMES: readonly (readonly [packages: RegExp, home: string])[] = [
  [/^@slack\//, 'slack'],
  [/^@anthropic-ai\//, 'models'],
  [/^@langchain\/openai$/, 'models'],
  [/^@langchain\/(community|classic|textsplitters)$/, 'knowledge'],
  [/^langsmith$/, 'tracing'],
  [/^@opentelemetry\//, 'tracing'],
  [/^(@libsql\/|libsql$|pg$|better-sqlite3$)/, 'database'],
];

/** Everything in which the files break the layout, one line each. */
export function architectureProblems(files: readonly SourceFile[]): string[] {
  return [
    ...unread(files),
    ...tooLong(files),
    ...wrongArrows(files),
    ...strayVendors(files),
    ...cycles(files),
  ];
}

/** The part of the program that a file belongs to: its folder in src, or its own name there. */
function partOf(path: string): string {
  const [folder = '', part = ''] = path.split('/');
  return folder === 'src' ? part.replace(/\.ts$/, '') : folder;
}

/** A check that sees nothing must not pass: that is how it breaks when a tool or a folder changes. */
function unread(files: readonly SourceFile[]): string[] {
  if (files.length === 0) return ['no files were read'];
  return files.some(({ imports }) => imports.length > 0) ? [] : ['no imports were read'];
}

function tooLong(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path, lines }) => partOf(path) !== 'test' && lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path} has ${lines} lines, at most ${LONGEST_FILE} are allowed`);
}

function wrongArrows(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const part = partOf(path);
    if (part === 'test') return [];
    if (path.startsWith('src/') && !(part in ARROWS)) return [`${path} belongs to no known part`];
    return imports.flatMap((one) => {
      const target = resolveImport(path, one);
      const to = target === undefined ? part : partOf(target);
      const allowed =
        to === part || (one.typeOnly ? (CLOSED[to] ?? [part]).includes(part) : ARROWS[part]?.includes(to));
      return allowed ? [] : [`${path} imports ${target}: ${part} must not use ${to}`];
    });
  });
}

function strayVendors(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap((one) => {
      const name = packageOf(one);
      const home = name && HOMES.find(([packages]) => packages.test(name))?.[1];
      const part = partOf(path);
      const free = part === 'test' || (part === 'manifest' && one.typeOnly);
      return home === undefined || home === '' || home === part || free
        ? []
        : [`${path} imports ${name}, whose only home is src/${home}`];
    }),
  );
}

function cycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.flatMap((one) => (one.typeOnly ? [] : (resolveImport(path, one) ?? []))),
    ]),
  );
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`import cycle: ${[...trail.slice(start), path].join(' -> ')}`);
    if (start >= 0 || finished.has(path)) return;
    for (const next of targets.get(path) ?? []) visit(next, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}
