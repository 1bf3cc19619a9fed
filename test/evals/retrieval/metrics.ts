/** How well rankings answer, means over questions; all from 0 to 1. */
export interface Metrics {
  readonly 'recall@5': number;
  readonly 'recall@10': number;
  /** One over the place of the first answer, anywhere in the ranking. */
  readonly MRR: number;
  readonly 'nDCG@10': number;
}

/** What was found, best first: for each place the judged things that it holds. A whole document holds itself alone. */
export type Ranking = readonly (readonly string[])[];

/** What answers a question, and how well. */
export type Judgement = ReadonlyMap<string, number>;

const CUT = 10;

/** @throws RangeError without answers: nothing can be found then. */
export function scoreRanking(ranking: Ranking, judgement: Judgement): Metrics {
  const grades = [...judgement.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  if (grades.length === 0) throw new RangeError('expected a question with an answer, got one without');
  const places = newAt(ranking).map((ids) => ids.flatMap((id) => Math.max(0, judgement.get(id) ?? 0) || []));
  const found = (depth: number) => places.slice(0, depth).flat().length / grades.length;
  const first = places.findIndex((gains) => gains.length > 0);
  const gain = places.slice(0, CUT).reduce((sum, gains, place) => sum + discounted(total(gains), place), 0);
  const ideal = grades.slice(0, CUT).reduce((sum, grade, place) => sum + discounted(grade, place), 0);
  return {
    'recall@5': found(5),
    'recall@10': found(10),
    MRR: first === -1 ? 0 : 1 / (first + 1),
    // A passage that holds two answers is better than the ideal order of single ones.
    'nDCG@10': Math.min(1, gain / ideal),
  };
}

export function meanMetrics(all: readonly Metrics[]): Metrics {
  const mean = (pick: (metrics: Metrics) => number) => total(all.map(pick)) / all.length;
  return {
    'recall@5': mean((metrics) => metrics['recall@5']),
    'recall@10': mean((metrics) => metrics['recall@10']),
    MRR: mean(({ MRR }) => MRR),
    'nDCG@10': mean((metrics) => metrics['nDCG@10']),
  };
}

/** Another part of what stands above already takes no place: systems that cut smaller are not punished for it. */
function newAt(ranking: Ranking): string[][] {
  const seen = new Set<string>();
  return ranking
    .map((ids) =>
      ids.filter((id) => {
        const fresh = !seen.has(id);
        seen.add(id);
        return fresh;
      }),
    )
    .filter((ids) => ids.length > 0);
}

function discounted(grade: number, place: number): number {
  return grade / Math.log2(place + 2);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
