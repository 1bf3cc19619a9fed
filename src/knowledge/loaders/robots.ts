import robotsParser from 'robots-parser';

/** What a site lets programs read, and how fast. */
export interface Robots {
  isDisallowed(url: string, userAgent?: string): boolean | undefined;
  /** Seconds. */
  getCrawlDelay(userAgent?: string): number | undefined;
}

/** @param url where the text was found: it holds for that site only */
export function robotsOf(url: URL, text: string): Robots {
  // The package's types say that the function is its `default`; to Node it is the module itself.
  const parse: unknown = robotsParser;
  if (typeof parse !== 'function')
    throw new TypeError(`expected robots-parser to be a function, got ${typeof parse}`);
  return parse(url.href, text);
}
