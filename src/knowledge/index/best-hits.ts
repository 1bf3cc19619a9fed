export interface Scored {
  /** A chunk's number in the store. */
  readonly number: number;
  /** Higher is better. */
  readonly score: number;
}

/** Best first; the older chunk first among equals, so that an order never depends on chance. */
export function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || a.number - b.number;
}

/** The best few of many. Sorts only now and then: most hits are refused by comparing one number. */
export class BestHits {
  readonly #limit: number;
  #best: Scored[] = [];
  #threshold: number;

  /** @param above only scores above it are taken */
  constructor(limit: number, above = Number.NEGATIVE_INFINITY) {
    this.#limit = limit;
    this.#threshold = above;
  }

  /** What a score must exceed to matter. */
  get threshold(): number {
    return this.#threshold;
  }

  add(number: number, score: number): void {
    if (score <= this.#threshold) return;
    this.#best.push({ number, score });
    if (this.#best.length < 4 * this.#limit) return;
    this.#best = this.hits();
    this.#threshold = this.#best.at(-1)?.score ?? this.#threshold;
  }

  /** Best first. */
  hits(): Scored[] {
    return this.#best.sort(byScore).slice(0, this.#limit);
  }
}
