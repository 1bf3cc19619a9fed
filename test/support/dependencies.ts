import { packageOf, type SourceFile } from './source-file.js';

export interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Named in package.json for the sake of another package, and why. */
const NAMED_FOR_OTHERS: Readonly<Record<string, string>> = {
  '@langchain/classic': 'peer of @langchain/community; unnamed, npm takes one that brings openai 7',
  '@langchain/core': 'peer of every @langchain package',
  cheerio: "peer of @langchain/community's sitemap loader",
  'html-to-text': "peer of @langchain/community's Confluence loader",
  ignore: "peer of @langchain/community's GitHub loader",
  'notion-to-md': "peer of @langchain/community's Notion loader",
  undici: 'peer of @slack/socket-mode; unnamed, importing Bolt can fail',
};

/** Commands that are not called as their package is. */
const COMMANDS: Readonly<Record<string, string>> = { tsc: 'typescript', biome: '@biomejs/biome' };

/** Packages that are used but not declared where they are needed, and those declared for nothing. */
export function dependencyProblems(files: readonly SourceFile[], packageJson: PackageJson): string[] {
  const { scripts, dependencies, devDependencies } = packageJson;
  const used = new Set<string>();
  const problems = files.flatMap(({ path, imports }) =>
    imports.flatMap((one) => {
      const name = packageOf(one);
      if (name === undefined) return [];
      used.add(name);
      const declared =
        name in dependencies || ((!path.startsWith('src/') || one.typeOnly) && name in devDependencies);
      return declared || (one.typeOnly && typesOf(name) in devDependencies)
        ? []
        : [`${path} uses ${name}, which is not declared`];
    }),
  );
  for (const command of Object.values(scripts).flatMap((script) => script.split(/\s+|&&/))) {
    used.add(COMMANDS[command] ?? command);
  }
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const needed =
      used.has(name) || name in NAMED_FOR_OTHERS || name === '@types/node' || typesAreUsed(name, used);
    if (!needed) problems.push(`package.json declares ${name}, which nothing uses`);
  }
  return problems;
}

function typesOf(name: string): string {
  return `@types/${name.replace(/^@(.+)\//, '$1__')}`;
}

function typesAreUsed(name: string, used: ReadonlySet<string>): boolean {
  return [...used].some((one) => typesOf(one) === name);
}
