import type { Gap, NearDocument } from './gap.js';
import { groupQuestions } from './group-questions.js';

/** Questions that ask for much the same. */
export interface GapGroup {
  /** The one that stands for all comes first. */
  readonly gaps: readonly Gap[];
  /** How many askers; of those who are not known, each question has its own. */
  readonly people: number;
  readonly notFound: number;
  readonly downvotes: number;
  /** Milliseconds since 1970. */
  readonly lastAskedAt: number;
  /** The most frequent first. */
  readonly reasons: readonly Counted<string>[];
  readonly nearest: readonly Counted<NearDocument>[];
  readonly corrections: readonly string[];
}

export interface Counted<T> {
  readonly item: T;
  readonly count: number;
}

/** Puts gaps into groups: what was asked most often first, of the same number what was asked last. */
export function gapGroups(gaps: readonly Gap[]): GapGroup[] {
  return groupQuestions(gaps)
    .map(groupOf)
    .sort((one, other) => other.gaps.length - one.gaps.length || other.lastAskedAt - one.lastAskedAt);
}

function groupOf(gaps: readonly Gap[]): GapGroup {
  return {
    gaps,
    people: new Set(gaps.map(({ user }) => user ?? {})).size,
    notFound: gaps.filter(({ notFound }) => notFound).length,
    downvotes: gaps.reduce((sum, { downvotes }) => sum + downvotes, 0),
    lastAskedAt: Math.max(...gaps.map(({ askedAt }) => askedAt)),
    reasons: counted(
      gaps.flatMap(({ reasons }) => reasons),
      (reason) => reason,
    ),
    nearest: counted(
      gaps.flatMap(({ nearest }) => nearest),
      ({ title, url }) => url ?? title,
    ),
    corrections: [...new Set(gaps.flatMap(({ corrections }) => corrections))],
  };
}

/** The most frequent first, of the same number the earlier ones. */
function counted<T>(items: readonly T[], keyOf: (item: T) => string): Counted<T>[] {
  const counts = new Map<string, Counted<T>>();
  for (const item of items) {
    const key = keyOf(item);
    counts.set(key, { item: counts.get(key)?.item ?? item, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
