import type { Passage } from '../../rag/passage.js';

/** An address in running text: with a scheme, or a bare domain as Slack would link it. */
const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/[^\s<>]+|(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}(?:[:/?#][^\s<>]*)?/giu;
/** What ends an address in prose or Markdown although an address may hold it. */
const DELIMITER = /[)\]}"'`|*]/;
const TRAILING = /[.,;:!?_~]+$/;

/** The addresses that occur in an answer's sources: everything else must not become a link. */
export class SourceLinks {
  readonly #allowed = new Set<string>();

  add(passages: readonly Pick<Passage, 'url' | 'title' | 'text'>[]): void {
    for (const { url, title, text } of passages) {
      if (url) this.#allow(url);
      for (const [address] of `${title}\n${text}`.matchAll(ADDRESS)) {
        this.#allow(address.replace(TRAILING, ''));
        this.#allow(withoutTail(address));
      }
    }
  }

  /** Whether the address, or the page or site above it, occurs in the sources. The scheme http or https is all one. */
  allows(address: string): boolean {
    return this.#allowed.has(normal(address));
  }

  /**
   * How much of the beginning of `run`, which goes on to the next blank, is an address of the sources; 0 when none is. What
   * follows an @ decides where a link leads, so nothing is allowed before one.
   */
  allowedLength(run: string): number {
    for (const cut of [run.replace(TRAILING, ''), withoutTail(run)]) {
      if (cut !== '' && this.allows(cut) && !run.slice(cut.length).includes('@')) return cut.length;
    }
    return 0;
  }

  #allow(address: string): void {
    const whole = normal(address);
    this.#allowed.add(whole);
    for (const { index } of whole.matchAll(/[/?#]/g)) {
      const above = whole.slice(0, index);
      // Not "postgres:" and "postgres:/" of an address with a scheme of its own.
      if (!/^[a-z0-9+.-]*:?\/?$/.test(above) || /^[^:/]+\.[^:/]+$/.test(above)) this.#allowed.add(above);
    }
  }
}

/** Two ways of writing the same address become one. */
function normal(address: string): string {
  const [, host = '', rest = ''] = /^(?:https?:\/\/)?([^/?#]*)(.*)$/is.exec(address) ?? [];
  return `${host.toLowerCase()}${rest}`.replace(/\/$/, '');
}

function withoutTail(address: string): string {
  const end = address.search(DELIMITER);
  return (end < 0 ? address : address.slice(0, end)).replace(TRAILING, '');
}
