import picomatch from 'picomatch';

export interface Patterns {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** Whether a path below a folder is wanted. */
export function pathFilter({ include = [], exclude = [] }: Patterns): (path: string) => boolean {
  const wanted = include.map(matcher);
  const unwanted = exclude.map(matcher);
  return (path) =>
    (wanted.length === 0 || wanted.some((matches) => matches(path))) &&
    !unwanted.some((matches) => matches(path));
}

/** Whether a page is wanted: a pattern is for its path (`/guide/**`) or, with its scheme, for its whole address. */
export function urlFilter({ include = [], exclude = [] }: Patterns): (url: URL) => boolean {
  const isWhole = (pattern: string) => pattern.includes('://');
  const matches = (patterns: readonly string[]) => {
    const paths = patterns.filter((pattern) => !isWhole(pattern)).map(matcher);
    const whole = patterns.filter(isWhole).map(matcher);
    return ({ href, pathname }: URL) =>
      paths.some((path) => path(decoded(pathname).slice(1))) || whole.some((address) => address(href));
  };
  const [wanted, unwanted] = [matches(include), matches(exclude)];
  return (url) => (include.length === 0 || wanted(url)) && !unwanted(url);
}

/** Without the first slash, so that "/guide/**" and "guide/**" are the same. */
function matcher(pattern: string): (text: string) => boolean {
  return picomatch(pattern.replace(/^\//, ''), { nocase: true });
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
