/** What one source may ask of this machine. */
export interface LoadLimits {
  /** Of a text, Markdown or HTML file: above it, it is a data dump. */
  readonly textBytes: number;
  /** Of a PDF or Word file. */
  readonly fileBytes: number;
  /** Of a web page, unpacked. */
  readonly pageBytes: number;
  /** Of a sitemap, unpacked: what the protocol allows. */
  readonly sitemapBytes: number;
  /** Documents of one source. */
  readonly documents: number;
  /** Sitemaps that an index names. */
  readonly sitemaps: number;
  readonly redirects: number;
  /** For one try of a request, its body included. */
  readonly requestMs: number;
  /** For parsing one document. */
  readonly parseMs: number;
  /** For parsing one document: JavaScript objects, and growth of the process meanwhile. */
  readonly parseMb: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: LoadLimits = {
  textBytes: 2 * MIB,
  fileBytes: 32 * MIB,
  pageBytes: 5 * MIB,
  sitemapBytes: 50 * MIB,
  documents: 20_000,
  sitemaps: 500,
  redirects: 5,
  requestMs: 30_000,
  parseMs: 30_000,
  parseMb: 768,
};
