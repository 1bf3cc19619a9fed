import type { FailedDocument, SourceDocument } from '../source.js';
import type { ListedPage } from './load-sitemap.js';

interface MovedPage {
  readonly url: URL;
  readonly target: URL;
  /** Let go of once it is known to be nobody's. */
  document: SourceDocument | undefined;
}

/** Of text that waits for the end of a crawl: a site where all pages moved must not fill the memory. */
const WAITING_CHARS = 64 * 1024 * 1024;

/**
 * Tells pages that moved from those whose address leads to something else, such as a login: a site that sends every page
 * there has not lost them. What two listed pages lead to, and no sitemap lists, is neither's text.
 */
export class MovedPages {
  readonly #listed: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  readonly #waiting = new Map<string, MovedPage[]>();
  #chars = 0;

  constructor(pages: readonly ListedPage[]) {
    this.#listed = new Set(pages.map(({ url }) => identityOf(url)));
  }

  /** Whether an address leads to the page itself, to one that is listed or was seen too, or to where no sitemap does. */
  kindOf(url: URL, target: URL): 'own' | 'alias' | 'moved' {
    const identity = identityOf(target);
    if (identity !== identityOf(url)) return this.#listed.has(identity) ? 'alias' : 'moved';
    if (this.#seen.has(identity)) return 'alias';
    this.#seen.add(identity);
    return 'own';
  }

  /** Keeps what was found in the place of a page that moved until it is known what else leads there. */
  wait(url: URL, target: URL, document: SourceDocument): void {
    // Where somebody is to come back to after a login is in the query.
    const place = `${target.host}${target.pathname}`;
    const others = this.#waiting.get(place) ?? [];
    this.#chars += document.text.length;
    if (this.#chars > WAITING_CHARS) {
      throw new Error(`expected a page, got a redirect to ${target.href}, as from very many others`);
    }
    const isShared = others.length > 0;
    for (const other of others) other.document = undefined;
    this.#waiting.set(place, [...others, { url, target, document: isShared ? undefined : document }]);
  }

  /** What has waited. */
  *rest(): Generator<SourceDocument | FailedDocument> {
    for (const pages of this.#waiting.values()) {
      for (const { url, target, document } of pages) {
        const others = pages.length === 2 ? 'another page' : `${pages.length - 1} others`;
        const reason = `expected a page, got a redirect to ${target.href}, as from ${others}: is a login needed?`;
        yield document ?? { path: url.href, reason };
      }
    }
  }
}

/** The same for "/guide", "/guide/", "/guide/index.html" and "/guide.html", by http and by https. */
function identityOf({ host, pathname, search }: URL): string {
  return `${host}${pathname.replace(/(?:\/index)?\.html?$|\/+$/i, '')}${search}`;
}
