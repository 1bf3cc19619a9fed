import { type FetchedPage, fetchPage, HttpError, USER_AGENT } from './fetch-page.js';
import type { LoadLimits } from './limits.js';
import { patientFetch, type Sleep, sleepByTimer } from './patient-fetch.js';
import { type Robots, robotsOf } from './robots.js';

export interface CrawlerOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly limits: LoadLimits;
  /**
   * Between two requests, unless robots.txt asks for more.
   * @default 500
   */
  readonly delayMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sleep?: Sleep | undefined;
}

const DEFAULT_DELAY_MS = 500;
/** A site that asks for more does not want to be read by programs. */
const LONGEST_DELAY_S = 60;
/** RFC 9309 lets a crawler read no further. */
const ROBOTS_BYTES = 500 * 1024;

/** Fetches pages one after the other, as robots.txt allows it and with a pause between two. */
export class Crawler {
  readonly #options: CrawlerOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #robots = new Map<string, Promise<Robots>>();
  #delayMs: number;
  #visited = false;

  constructor(options: CrawlerOptions) {
    this.#options = options;
    this.#fetch = patientFetch(options.fetch, { timeoutMs: options.limits.requestMs, sleep: options.sleep });
    this.#delayMs = options.delayMs ?? DEFAULT_DELAY_MS;
  }

  /**
   * @param onlyHost where it must be, also after redirects; absent for anywhere
   * @throws Error with a reason
   */
  async page(url: URL, { onlyHost, isSitemap = false }: { onlyHost?: string; isSitemap?: boolean } = {}) {
    const { sitemapBytes, pageBytes, fileBytes } = this.#options.limits;
    return this.#get(
      url,
      async (next) => {
        if (onlyHost !== undefined && next.host !== onlyHost) {
          throw new Error(`expected a page on ${onlyHost}, got ${next.href}: exclude it, or index that site`);
        }
        await this.#askRobots(next);
        await this.#pause();
      },
      (contentType) => {
        if (isSitemap || /xml|gzip/.test(contentType)) return sitemapBytes;
        return /^text\/|html/.test(contentType) ? pageBytes : fileBytes;
      },
    );
  }

  /** @throws Error when robots.txt disallows the address, or cannot be read: that counts as a refusal. */
  async #askRobots(url: URL): Promise<void> {
    const robots = this.#robots.get(url.origin) ?? this.#fetchRobots(url.origin);
    this.#robots.set(url.origin, robots);
    const rules = await robots;
    if (rules.isDisallowed(url.href, USER_AGENT)) throw new Error(`robots.txt of ${url.host} disallows it`);
    const delay = rules.getCrawlDelay(USER_AGENT) ?? 0;
    if (delay > LONGEST_DELAY_S) {
      throw new Error(`robots.txt of ${url.host} asks for ${delay} s between pages: that is for people only`);
    }
    this.#delayMs = Math.max(this.#delayMs, delay * 1000);
  }

  async #fetchRobots(origin: string): Promise<Robots> {
    const url = new URL('/robots.txt', origin);
    try {
      const { bytes } = await this.#get(
        url,
        () => {},
        () => ROBOTS_BYTES,
      );
      return robotsOf(url, new TextDecoder().decode(bytes));
    } catch (error) {
      // None is there: everything is allowed. RFC 9309 counts all these answers as that, refusals included.
      if (error instanceof HttpError && error.status < 500) return robotsOf(url, '');
      throw error;
    }
  }

  async #pause(): Promise<void> {
    const { sleep = sleepByTimer, signal } = this.#options;
    if (this.#visited && this.#delayMs > 0) await sleep(this.#delayMs, signal);
    this.#visited = true;
  }

  #get(
    url: URL,
    check: (url: URL) => void | Promise<void>,
    maxBytes: (contentType: string) => number,
  ): Promise<FetchedPage> {
    const { limits, signal } = this.#options;
    const { redirects } = limits;
    return fetchPage(url, { fetch: this.#fetch, check, maxBytes, redirects, signal });
  }
}
