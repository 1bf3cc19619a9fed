import type { SetResult, SystemResult } from './evaluate.js';
import type { Metrics } from './metrics.js';

const METRICS = ['recall@5', 'recall@10', 'MRR', 'nDCG@10'] as const;
const NAME_WIDTH = 18;
const METRIC_WIDTH = 10;

const LEGEND = `keyword, vector, hybrid: the product's search; sections as the set has them, pages cut as by ingest.
chunks: keyword search over what ingest cuts; unmerged and prompt: what of
it fits into a prompt, as it is and as the model gets it, repetitions left out and neighbours joined.
langchain-bm25: BM25Retriever; langchain-default: RecursiveCharacterTextSplitter 500/0 and plain vector search.`;

/** A table for each set. */
export function renderResults(results: readonly SetResult[]): string {
  const tables = results.map(({ set, documents, questions, systems }) =>
    [`${set}: ${questions} questions over ${documents} documents`, heading(), ...systems.map(line)].join(
      '\n',
    ),
  );
  return [...tables, LEGEND].join('\n\n');
}

/** { set: { system: { metric: value } } }; what was not run says so in the place of its metrics. */
export function resultsToJson(
  results: readonly SetResult[],
): Record<string, Record<string, Metrics | string>> {
  return Object.fromEntries(
    results.map(({ set, systems }) => [
      set,
      Object.fromEntries(systems.map(({ system, metrics }) => [system, metrics])),
    ]),
  );
}

function heading(): string {
  return ''.padEnd(NAME_WIDTH) + METRICS.map((name) => name.padStart(METRIC_WIDTH)).join('');
}

function line({ system, note, metrics }: SystemResult): string {
  const values =
    typeof metrics === 'string'
      ? `  ${metrics}`
      : METRICS.map((name) => metrics[name].toFixed(3).padStart(METRIC_WIDTH)).join('') +
        (note ? `   ${note}` : '');
  return system.padEnd(NAME_WIDTH) + values;
}
