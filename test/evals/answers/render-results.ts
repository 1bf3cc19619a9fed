import type { Experiment, ScoredAnswer } from './run-experiment.js';

const NAME_WIDTH = 20;
const MEANINGS: Readonly<Record<string, string>> = {
  not_found: 'says that it found nothing exactly where the documents do not say',
  citation_validity: 'share of what is cited that is there: a passage that was found, with its words',
  right_source: 'answers that cite a section that holds the answer',
  retrieved: 'questions for which such a section was found',
  length: 'answers no longer than asked for (120 words, 400 for steps and code)',
  language: 'answers in the question’s language',
  correctness: 'judged: says what the reference says',
  groundedness: 'judged: says nothing beyond the passages',
  citation_precision: 'judged: share of citations whose passage supports the statement',
};

/** Mean and number of the answers that a score was given for. */
export function meansOf(answers: readonly ScoredAnswer[]): Record<string, { mean: number; answers: number }> {
  const all = new Map<string, number[]>();
  for (const { scores } of answers)
    for (const [key, score] of Object.entries(scores)) all.set(key, [...(all.get(key) ?? []), score]);
  const order = Object.keys(MEANINGS);
  const keys = [...all.keys()].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  return Object.fromEntries(
    keys.map((key) => {
      const scores = all.get(key) ?? [];
      return [
        key,
        { mean: scores.reduce((sum, score) => sum + score, 0) / scores.length, answers: scores.length },
      ];
    }),
  );
}

/** A table of the scores, and below it each answer that is not perfect by a yes-or-no score. */
export function renderResults({ name, answers }: Experiment): string {
  const rows = Object.entries(meansOf(answers)).map(
    ([key, { mean, answers: count }]) =>
      `${key.padEnd(NAME_WIDTH)}${mean.toFixed(3).padStart(6)}${String(count).padStart(6)}   ${MEANINGS[key] ?? ''}`,
  );
  const heading = `${''.padEnd(NAME_WIDTH)}${'mean'.padStart(6)}${'of'.padStart(6)}`;
  const title = `${answers.length} questions${name ? `, experiment ${name}` : ''}`;
  return [title, heading, ...rows, '', ...answers.flatMap(missed)].join('\n').trimEnd();
}

/** { experiment, questions, scores: { <score>: { mean, answers } }, answers: [{ id, question, scores, comments }] } */
export function resultsToJson({ name, answers }: Experiment): Record<string, unknown> {
  return { ...(name && { experiment: name }), questions: answers.length, scores: meansOf(answers), answers };
}

function missed({ id, question, scores, comments }: ScoredAnswer): string[] {
  const low = Object.keys(scores).filter((key) => scores[key] === 0);
  if (low.length === 0) return [];
  const reasons = low.map((key) => (comments[key] ? `${key} (${shorten(comments[key])})` : key));
  return [`${id}: ${question}\n  ${reasons.join(', ')}`];
}

function shorten(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 160)}…`;
}
