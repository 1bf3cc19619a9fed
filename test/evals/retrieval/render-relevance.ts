import { RETRIEVAL_LIMITS } from '../../../src/rag/limits.js';
import { calibrationAt, type Relevances } from './calibrate-relevance.js';

const WIDTH = 18;
const THRESHOLDS = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4];

const LEGEND = `relevance: below the threshold (*) the bot says that it found nothing, and asks no model. Kept: of the questions that a set
answers; refused: of the other sets' questions, put to its index. What is about the same subjects (both documentations
are about an API and tokens) is found relevant rightly: the model judges it.`;

/** What each threshold would do over all sets, and what the product's does on each. */
export function renderRelevance(results: readonly Relevances[]): string {
  const all = {
    own: results.flatMap(({ own }) => own),
    foreign: results.flatMap(({ foreign }) => foreign),
  };
  const used = RETRIEVAL_LIMITS.relevance;
  const thresholds = [...new Set([...THRESHOLDS, used])].sort((one, other) => one - other);
  return [
    `relevance: ${all.own.length} questions with an answer, ${all.foreign.length} without`,
    line('threshold', 'kept', 'refused'),
    ...thresholds.map((threshold) =>
      figures(`${threshold.toFixed(2)}${threshold === used ? ' *' : ''}`, threshold, all),
    ),
    ...results.map((result) => figures(`  ${result.set}`, used, result)),
    '',
    LEGEND,
  ].join('\n');
}

function figures(name: string, threshold: number, relevances: Pick<Relevances, 'own' | 'foreign'>): string {
  const { kept, refused } = calibrationAt(threshold, relevances);
  return line(name, percent(kept), percent(refused));
}

function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`;
}

function line(name: string, ...columns: readonly string[]): string {
  return name.padEnd(WIDTH) + columns.map((column) => column.padStart(10)).join('');
}
