import type { Source } from './answer-event.js';
import type { Passage } from './passage.js';
import { supportsClaim } from './supports-claim.js';

/** What an answer cites, numbered in the order of first use. A citation that does not hold is dropped, and counted. */
export class Citations {
  readonly #passages: readonly Passage[];
  readonly #numbers = new Map<Passage, Source>();
  #dropped = 0;

  constructor(passages: readonly Passage[]) {
    this.#passages = passages;
  }

  get sources(): Source[] {
    return [...this.#numbers.values()];
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** A quote holds when the passage was given and really has the words. */
  byQuote(index: number, quote: string): Source | undefined {
    const passage = this.#passages[index];
    return this.#keep(passage && partWith(passage, quote));
  }

  /** A number, from 1, holds when there is such a passage and it can be what the statement rests on. */
  byNumber(number: number, claim: string): Source | undefined {
    const passage = this.#passages[number - 1];
    if (!passage || !supportsClaim(claim, passage)) return this.#keep(undefined);
    return this.#keep(passage.parts?.find((part) => supportsClaim(claim, part)) ?? passage);
  }

  #keep(cited: Passage | undefined): Source | undefined {
    if (!cited) {
      this.#dropped += 1;
      return undefined;
    }
    const source = this.#numbers.get(cited) ?? { number: this.#numbers.size + 1, passage: cited };
    this.#numbers.set(cited, source);
    return source;
  }
}

/** Of joined chunks the one in which the quote begins, so that its link leads to its own heading. */
function partWith(passage: Passage, quote: string): Passage | undefined {
  const words = squeeze(quote);
  const place = words === '' ? -1 : squeeze(passage.text).indexOf(words);
  if (place === -1) return undefined;
  let end = 0;
  for (const part of passage.parts ?? []) {
    end += squeeze(part.text).length;
    if (place < end) return part;
  }
  return passage;
}

/** Without any space: a quote of several paragraphs comes with what its blocks were joined by, or with nothing. */
function squeeze(text: string): string {
  return text.replace(/\s+/g, '');
}
