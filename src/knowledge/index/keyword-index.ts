import { BestHits, type Scored } from './best-hits.js';
import { questionTerms, readPostings, subjectTerms } from './postings.js';

/** How soon repeating a word stops to count, and how much a long text is held against it: the usual values. */
const K1 = 1.2;
const B = 0.75;

/**
 * Below so many chunks a word counts for a question's subject as if there were so many: among a few documents every word is
 * rare, and one that stands in none of them would count several times one that does.
 */
const FEW_CHUNKS = 1_000;

/**
 * An unknown word counts in full when there are many more chunks than this, half with as many: a handful of documents lacks
 * most everyday words ("long", "take"), which says nothing of what they are about.
 */
const HALF_KNOWN_CHUNKS = 50;

/** Words of a question that can be asked of one passage. A pasted log has hundreds, which no passage answers one by one. */
const MOST_SUBJECT_WORDS = 20;

/**
 * BM25 in memory: 8 bytes for each distinct word of a chunk, about 1.5 KB a chunk.
 *
 * SQLite's FTS5 took 30 to 45 ms at 20,000 chunks with the same tokens, because a question's words match most chunks and it
 * looks up each; this takes two, at .005 more nDCG@10 (a word that is in most chunks still counts a little). Without its copy
 * of the text ("contentless") FTS5 also goes on counting deleted chunks. And Postgres, which has no BM25, ranks just the same.
 */
export class KeywordIndex {
  /** By term: the rows that hold it, each as row * 256 + count. */
  #lists = new Map<number, number[]>();
  /** Chunk numbers; NaN where a chunk was deleted. */
  #numbers: number[] = [];
  #sources: string[] = [];
  #lengths: number[] = [];
  #rowOf = new Map<number, number>();
  #totalLength = 0;
  #scores = new Float64Array(0);

  get numbers(): ReadonlyMap<number, number> {
    return this.#rowOf;
  }

  /** A chunk's words never change: one that is known already is left alone. */
  add(number: number, source: string, postings: Uint8Array): void {
    if (this.#rowOf.has(number)) return;
    const row = this.#numbers.length;
    const length = readPostings(postings, (term, count) => {
      const list = this.#lists.get(term);
      if (list) list.push(row * 256 + count);
      else this.#lists.set(term, [row * 256 + count]);
    });
    this.#rowOf.set(number, row);
    this.#numbers.push(number);
    this.#sources.push(source);
    this.#lengths.push(length);
    this.#totalLength += length;
  }

  remove(numbers: Iterable<number>): void {
    for (const number of numbers) {
      const row = this.#rowOf.get(number);
      if (row === undefined) continue;
      this.#rowOf.delete(number);
      this.#numbers[row] = Number.NaN;
      this.#totalLength -= this.#lengths[row] ?? 0;
    }
    if (this.#numbers.length > 2 * this.#rowOf.size) this.#compact();
  }

  /** Chunks that hold any of the question's words, best first. */
  hits(question: string, limit: number, sources?: readonly string[]): Scored[] {
    if (this.#scores.length < this.#numbers.length) {
      this.#scores = new Float64Array(Math.ceil(this.#numbers.length * 1.5));
    }
    const touched: number[] = [];
    for (const term of questionTerms(question)) this.#addScores(this.#lists.get(term) ?? [], touched);

    const wanted = sources && new Set(sources);
    const best = new BestHits(limit, 0);
    for (const row of touched) {
      const score = this.#scores[row] ?? 0;
      this.#scores[row] = 0;
      if (!wanted || wanted.has(this.#sources[row] ?? '')) best.add(this.#numbers[row] ?? Number.NaN, score);
    }
    return best.hits();
  }

  /**
   * How much of what a question asks about the one of these chunks holds that holds most of it, 0 to 1: each word counts by
   * its rarity, one that no document has the most. An unknown word with a figure in it (a time, an id) does not count: it
   * names a case, not a subject.
   */
  coverage(question: string, numbers: readonly number[]): number {
    const rows = numbers.flatMap((number) => this.#rowOf.get(number) ?? []);
    const held = rows.map(() => 0);
    const chunks = Math.max(FEW_CHUNKS, this.#rowOf.size);
    const known = this.#rowOf.size / (this.#rowOf.size + HALF_KNOWN_CHUNKS);
    let asked = 0;
    for (const { term, hasFigure } of subjectTerms(question)) {
      const list = this.#lists.get(term) ?? [];
      const holding = this.#chunksHolding(list);
      if (holding === 0 && hasFigure) continue;
      const rarity = rarityOf(holding, chunks);
      asked += holding === 0 ? rarity * known : rarity;
      for (const [index, row] of rows.entries())
        if (holds(list, row)) held[index] = (held[index] ?? 0) + rarity;
    }
    const answerable = Math.min(asked, MOST_SUBJECT_WORDS * rarityOf(0, chunks));
    return answerable === 0 ? 0 : Math.min(1, Math.max(0, ...held) / answerable);
  }

  /** Deleted chunks are still in a term's list. */
  #chunksHolding(list: readonly number[]): number {
    if (this.#numbers.length === this.#rowOf.size) return list.length;
    let holding = 0;
    for (const entry of list) if (!Number.isNaN(this.#numbers[entry >>> 8])) holding += 1;
    return holding;
  }

  /** One term's part of each row's score. */
  #addScores(list: readonly number[], touched: number[]): void {
    const scores = this.#scores;
    const chunks = this.#rowOf.size;
    const rarity = rarityOf(this.#chunksHolding(list), chunks);
    const base = K1 * (1 - B);
    const perToken = (K1 * B) / (this.#totalLength / chunks);
    for (const entry of list) {
      const row = entry >>> 8;
      if (Number.isNaN(this.#numbers[row])) continue;
      const count = (entry & 255) / 2;
      if (scores[row] === 0) touched.push(row);
      scores[row] =
        (scores[row] ?? 0) +
        (rarity * count * (K1 + 1)) / (count + base + perToken * (this.#lengths[row] ?? 0));
    }
  }

  #compact(): void {
    const rows = [...this.#rowOf.values()];
    const rowAfter = new Map(rows.map((row, index) => [row, index]));
    for (const [term, list] of this.#lists) {
      const kept = list.flatMap((entry) => {
        const row = rowAfter.get(entry >>> 8);
        return row === undefined ? [] : [row * 256 + (entry & 255)];
      });
      if (kept.length > 0) this.#lists.set(term, kept);
      else this.#lists.delete(term);
    }
    this.#sources = rows.map((row) => this.#sources[row] ?? '');
    this.#lengths = rows.map((row) => this.#lengths[row] ?? 0);
    this.#numbers = [...this.#rowOf.keys()];
    this.#rowOf = new Map(this.#numbers.map((number, row) => [number, row]));
  }
}

function rarityOf(holding: number, chunks: number): number {
  return Math.log(1 + (chunks - holding + 0.5) / (holding + 0.5));
}

/** A list is in the order of its rows. */
function holds(list: readonly number[], row: number): boolean {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) >>> 8 < row) low = middle + 1;
    else high = middle;
  }
  return (list[low] ?? Number.NaN) >>> 8 === row && low < list.length;
}
