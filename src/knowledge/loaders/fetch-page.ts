import { connectionError } from './connection-error.js';
import { readBody } from './read-body.js';

export interface FetchedPage {
  /** Where it was found after redirects. */
  readonly url: URL;
  /** In small letters, without parameters; empty where the server does not say. */
  readonly contentType: string;
  readonly charset?: string | undefined;
  readonly bytes: Uint8Array;
  /** ISO 8601, as the server says. */
  readonly lastModified?: string | undefined;
}

export interface FetchPageOptions {
  /** Bounded in time: see `patientFetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** Asked before each request, redirects included; throws for an address that must not be visited. */
  readonly check: (url: URL) => void | Promise<void>;
  readonly maxBytes: (contentType: string) => number;
  readonly redirects: number;
  readonly signal?: AbortSignal | undefined;
}

/** Names the program to those who run a site, and is the name that robots.txt can address. */
export const USER_AGENT = 'Threadsmith';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** @throws Error with a reason, also for an answer other than 200. */
export async function fetchPage(start: URL, options: FetchPageOptions): Promise<FetchedPage> {
  try {
    const { url, response } = await follow(start, options);
    const [contentType = '', ...parameters] = (response.headers.get('content-type') ?? '').split(/\s*;\s*/);
    const type = contentType.trim().toLowerCase();
    const charset = parameters.find((one) => /^charset=/i.test(one))?.replace(/^charset=|"/gi, '');
    const lastModified = dateOf(response.headers.get('last-modified'));
    const bytes = await readBody(response, options.maxBytes(type));
    return {
      url,
      contentType: type,
      bytes,
      ...(charset && { charset }),
      ...(lastModified && { lastModified }),
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw connectionError(error);
  }
}

async function follow(start: URL, { fetch, check, redirects, signal }: FetchPageOptions) {
  let url = start;
  for (let left = redirects; ; left -= 1) {
    if (!/^https?:$/.test(url.protocol)) throw new Error(`expected a web address, got ${url.protocol}//…`);
    await check(url);
    const response = await fetch(url.href, {
      redirect: 'manual',
      signal: signal ?? null,
      headers: { 'user-agent': USER_AGENT, accept: 'text/html, application/xml, text/*;q=0.9, */*;q=0.5' },
    });
    if (response.ok) return { url, response };
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null || !URL.canParse(location, url.href)) {
      throw new HttpError(url, response.status);
    }
    if (left === 0) throw new Error(`expected at most ${redirects} redirects from ${start.href}, got more`);
    url = new URL(location, url);
  }
}

/** An answer that is no page. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;

  constructor(url: URL, status: number) {
    super(`expected a page at ${url.href}, got status ${status}`);
    this.status = status;
  }
}

/** As ISO 8601; undefined for what is no date. */
export function dateOf(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
