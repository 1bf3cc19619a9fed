import type { RecordedRun } from '../recorded-run.js';
import { list, record, string } from '../unknown-json.js';
import { plainText } from './plain-text.js';
import { PRICE_SOURCE, runCost } from './run-cost.js';

export interface FoundDocument {
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  readonly url?: string | undefined;
  readonly source: string;
  readonly score?: number | undefined;
}

/** What a run opens to. */
export interface RunDetail extends Omit<RecordedRun, 'outputs'> {
  readonly cost?: number | undefined;
  /** Where the cost's prices are from. */
  readonly priceSource?: string | undefined;
  /** A retriever's, best first; they stand in the place of its outputs. */
  readonly documents?: readonly FoundDocument[] | undefined;
  readonly outputs?: unknown;
}

export function runDetail(run: RecordedRun): RunDetail {
  const { usage_metadata, ...metadata } = run.metadata;
  const { usage_metadata: counted, ...outputs } = run.outputs ?? {};
  const documents = run.runType === 'retriever' ? documentsIn(run) : undefined;
  const cost = runCost(run.model, run.tokens);
  return {
    ...run,
    metadata,
    cost,
    priceSource: cost === undefined ? undefined : PRICE_SOURCE,
    documents: documents?.map(({ document }) => document),
    outputs: documents || !run.outputs ? undefined : outputs,
  };
}

/** A passage that an answer cites. */
export interface CitedPassage extends FoundDocument {
  /** The n of [n]. */
  readonly number: number;
  /** To be read at a glance: the words that the model quoted of it, else the passage; without its Markdown. */
  readonly words: string;
}

/** What the numbers in an answer stand for, as its trace tells; empty while the answer is being written. */
export function citedPassages(runs: readonly RecordedRun[]): CitedPassage[] {
  const cited = runs.flatMap(({ outputs }) => list(outputs?.sources).map(record));
  const found = runs.filter(({ runType }) => runType === 'retriever').flatMap(documentsIn);
  const quotes = runs.flatMap(quotesIn);
  return cited.flatMap(({ number, id, title, url }) => {
    if (typeof number !== 'number') return [];
    const hit = found.find((each) => each.id === id) ?? found.find(({ parts }) => parts.includes(string(id)));
    const named = { title: string(title), url: webAddress(url) };
    const passage = hit?.document ?? { ...named, headings: [], text: '', source: '' };
    const text = withoutSpace(passage.text);
    const quote = quotes.find((words) => text.includes(withoutSpace(words)));
    return [
      {
        ...{ ...passage, ...(named.url && { url: named.url }) },
        ...{ number, words: plainText(quote ?? passage.text) },
      },
    ];
  });
}

/** As Claude's citations give them. */
function quotesIn({ outputs }: RecordedRun): string[] {
  return list(outputs?.content)
    .flatMap((block) => list(record(block).citations))
    .map((citation) => string(record(citation).cited_text))
    .filter((quote) => quote.trim() !== '');
}

/** A quote's blocks may be joined by other space than the passage's. */
function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}

function documentsIn({ outputs }: RecordedRun) {
  return list(outputs?.documents)
    .map(record)
    .map(({ page_content, metadata }) => {
      const { id, title, headings, url, source, score, joined_from } = record(metadata);
      return {
        id: string(id),
        parts: list(joined_from).map(string),
        document: {
          title: string(title),
          headings: list(headings).map(string),
          text: string(page_content),
          url: webAddress(url),
          source: string(source),
          score: typeof score === 'number' ? score : undefined,
        },
      };
    });
}

/** Nothing else is made a link of. */
function webAddress(value: unknown): string | undefined {
  return /^https?:\/\//i.test(string(value)) ? string(value) : undefined;
}
