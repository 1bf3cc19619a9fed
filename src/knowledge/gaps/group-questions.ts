import { tokensOf } from '../index/tokens.js';

/**
 * How alike two groups must be on the average to become one. Chosen on 58 labelled questions of two kinds of companies,
 * where .1 to .25 do much the same; figures and set in test/unit/group-questions.test.ts.
 */
const ALIKE = 0.18;

/** For each place the likeness to others, from 0 to 1. None is not there. */
type Likeness = Map<number, Map<number, number>>;

/**
 * Puts questions that ask for much the same into groups, by their words, in any language: the two groups that are most alike
 * become one, until none are alike (average linkage). Each group begins with the question that is most like its others;
 * the largest group comes first. 1,000 questions take about a second.
 */
export function groupQuestions<Q extends { readonly question: string }>(questions: readonly Q[]): Q[][] {
  const alike = likenessOf(questions.map(({ question }) => question));
  const groups = joined(alike, questions.length).map((members) => mostTypicalFirst(members, alike));
  return groups
    .sort((one, other) => other.length - one.length)
    .map((members) => members.flatMap((index) => questions[index] ?? []));
}

/** The cosine of their words, of which a rare one weighs more; each counts once. */
function likenessOf(texts: readonly string[]): Likeness {
  const words = texts.map((text) => {
    const tokens = tokensOf(text);
    const own = [...tokens.words, ...tokens.compounds];
    // Of nothing but words that say little: like the very same alone.
    return new Set(own.length > 0 ? own : [text.toLowerCase().trim()]);
  });
  const places = new Map<string, number[]>();
  for (const [index, own] of words.entries())
    for (const word of own) places.set(word, [...(places.get(word) ?? []), index]);
  const squared = (word: string) => Math.log(1 + texts.length / (places.get(word)?.length ?? 1));
  const lengths = words.map((own) => Math.sqrt([...own].reduce((sum, word) => sum + squared(word), 0)));
  const alike: Likeness = new Map(texts.map((_, index) => [index, new Map()]));
  for (const [word, indexes] of places)
    for (const one of indexes)
      for (const other of indexes) {
        if (one === other) continue;
        const row = alike.get(one);
        const share = squared(word) / ((lengths[one] ?? 1) * (lengths[other] ?? 1));
        row?.set(other, (row.get(other) ?? 0) + share);
      }
  return alike;
}

function joined(alike: Likeness, count: number): number[][] {
  const groups = new Map(Array.from({ length: count }, (_, index) => [index, [index]]));
  const rows: Likeness = new Map([...alike].map(([index, row]) => [index, new Map(row)]));
  const nearest = new Map([...rows].map(([index, row]) => [index, nearestIn(row)]));
  for (;;) {
    const [kept, { other: taken, likeness }] = mostAlike(nearest);
    if (likeness < ALIKE) return [...groups.values()];
    const sizes = [groups.get(kept)?.length ?? 0, groups.get(taken)?.length ?? 0] as const;
    groups.set(kept, [...(groups.get(kept) ?? []), ...(groups.get(taken) ?? [])]);
    groups.delete(taken);
    nearest.delete(taken);
    for (const index of join(rows, kept, taken, sizes)) {
      const before = nearest.get(index)?.other;
      // An average is no greater than what it is made of: to the others their nearest is still that.
      if (index === kept || before === kept || before === taken)
        nearest.set(index, nearestIn(rows.get(index) ?? new Map()));
    }
  }
}

interface Neighbour {
  readonly other: number;
  readonly likeness: number;
}

function nearestIn(row: ReadonlyMap<number, number>): Neighbour {
  let best = NOBODY;
  for (const [other, likeness] of row) if (likeness > best.likeness) best = { other, likeness };
  return best;
}

const NOBODY: Neighbour = { other: -1, likeness: 0 };

function mostAlike(nearest: ReadonlyMap<number, Neighbour>): readonly [number, Neighbour] {
  let best: readonly [number, Neighbour] = [-1, NOBODY];
  for (const each of nearest) if (each[1].likeness > best[1].likeness) best = each;
  return best;
}

/**
 * The likeness of the joined group to each other one is the average over its members.
 *
 * @returns the groups whose likeness to it is another one now, itself among them
 */
function join(
  rows: Likeness,
  kept: number,
  taken: number,
  [ofKept, ofTaken]: readonly [number, number],
): Set<number> {
  const row = rows.get(kept) ?? new Map<number, number>();
  const other = rows.get(taken) ?? new Map<number, number>();
  const touched = new Set([...row.keys(), ...other.keys(), kept]);
  touched.delete(taken);
  rows.delete(taken);
  row.delete(taken);
  for (const index of touched) {
    rows.get(index)?.delete(taken);
    if (index === kept) continue;
    const mean = ((row.get(index) ?? 0) * ofKept + (other.get(index) ?? 0) * ofTaken) / (ofKept + ofTaken);
    row.set(index, mean);
    rows.get(index)?.set(kept, mean);
  }
  return touched;
}

function mostTypicalFirst(members: readonly number[], alike: Likeness): number[] {
  const reach = (index: number) =>
    members.reduce((sum, other) => sum + (alike.get(index)?.get(other) ?? 0), 0);
  return members.toSorted((one, other) => reach(other) - reach(one) || one - other);
}
