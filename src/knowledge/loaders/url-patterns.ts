import picomatch from 'picomatch';

export interface Patterns {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** Whether something is wanted; knows which patterns have matched nothing that it was asked. */
export interface PatternFilter<Asked> {
  (asked: Asked): boolean;
  readonly unused: () => readonly string[];
}

/** Whether a path below a folder is wanted. */
export function pathFilter(patterns: Patterns): PatternFilter<string> {
  return filterOf(patterns, matcher);
}

/** Whether a page is wanted: a pattern is for its path (`/guide/**`) or, with its scheme, for its whole address. */
export function urlFilter(patterns: Patterns): PatternFilter<URL> {
  return filterOf(patterns, (pattern) => {
    const matches = matcher(pattern);
    return pattern.includes('://')
      ? ({ href }) => matches(href)
      : ({ pathname }) => matches(decoded(pathname).slice(1));
  });
}

type Matches<Asked> = (asked: Asked) => boolean;

function filterOf<Asked>(
  { include = [], exclude = [] }: Patterns,
  matcherOf: (pattern: string) => Matches<Asked>,
): PatternFilter<Asked> {
  const used = new Set<string>();
  // All are asked, so that each that would match is known to.
  const anyOf = (patterns: readonly string[]): Matches<Asked> => {
    const matchers = patterns.map((pattern) => [pattern, matcherOf(pattern)] as const);
    return (asked) => {
      const matching = matchers.filter(([, matches]) => matches(asked));
      for (const [pattern] of matching) used.add(pattern);
      return matching.length > 0;
    };
  };
  const [wanted, unwanted] = [anyOf(include), anyOf(exclude)];
  const isWanted = (asked: Asked) => {
    const [isIncluded, isExcluded] = [wanted(asked), unwanted(asked)];
    return (include.length === 0 || isIncluded) && !isExcluded;
  };
  const unused = () => [...new Set([...include, ...exclude])].filter((pattern) => !used.has(pattern));
  return Object.assign(isWanted, { unused });
}

/**
 * Without the first slash, so that "/guide/**" and "guide/**" are the same. What ends in a name may be a folder, and stands
 * for all below it too: "drafts", "drafts/" and "drafts/**" are the same.
 */
function matcher(pattern: string): Matches<string> {
  const path = pattern.replace(/^\//, '').replace(/\/+$/, '');
  const mayBeFolder = !/[*?[\](){}!]/.test(path.slice(path.lastIndexOf('/') + 1));
  return picomatch(mayBeFolder ? [path, `${path}/**`] : path, { nocase: true });
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
