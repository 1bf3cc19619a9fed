import type { IngestProgress } from '../knowledge/ingest/ingest.js';
import type { EmbeddingUse, IngestedSource } from '../knowledge/ingest/ingest-outcome.js';
import type { IngestPlan } from '../knowledge/ingest/plan-ingest.js';
import type { RegisteredSource } from '../knowledge/source.js';
import { plainLine } from './plain-line.js';
import { createProgress, type ProgressStream } from './progress.js';

/** Where the command says what it does: results on stdout, problems on stderr. */
export interface IngestOutput {
  sources(sources: readonly RegisteredSource[]): void;
  progress(source: string, progress: IngestProgress): void;
  ingested(outcome: IngestedSource): void;
  planned(plan: IngestPlan): void;
  failed(source: string, error: string): void;
  note(text: string): void;
  /** What is no failure, but hardly meant. */
  warning(text: string): void;
  /** Of all sources, when there were several. */
  summary(outcomes: readonly IngestedSource[]): void;
}

/** For programs: a line of JSON for each source. */
export function jsonOutput(stdout: ProgressStream): IngestOutput {
  const print = (value: unknown) => stdout.write(`${JSON.stringify(value)}\n`);
  return {
    sources: (sources) => sources.forEach(print),
    progress: () => {},
    ingested: print,
    planned: print,
    failed: (source, error) => print({ source, error }),
    note: () => {},
    warning: () => {},
    summary: () => {},
  };
}

/** For people. */
export function textOutput(stdout: ProgressStream, stderr: ProgressStream): IngestOutput {
  const progress = createProgress(stdout);
  const printTo = (stream: ProgressStream) => (line: string) => {
    progress.clear();
    stream.write(`${plainLine(line)}\n`);
  };
  const [print, problem] = [printTo(stdout), printTo(stderr)];
  const failures = (failed: IngestedSource['failed']) => {
    for (const { path, reason } of failed) problem(`  ${path}: ${reason}`);
  };
  return {
    sources(sources) {
      if (sources.length === 0) print('There are no sources yet: npm run ingest -- <folder>');
      for (const source of sources) print(listed(source));
    },
    progress: progress.update,
    ingested(outcome) {
      print(`${outcome.source}: ${figures(outcome)}`);
      failures(outcome.failed);
      if (outcome.embeddingFailure !== undefined) {
        const reason = outcome.embeddingFailure.replace(/\.+$/, '');
        problem(`  The embedding service failed: ${reason}. Run it again to embed what is missing.`);
      }
    },
    planned(plan) {
      for (const path of plan.added) print(`  + ${path}`);
      for (const path of plan.changed) print(`  ~ ${path}`);
      for (const path of plan.removed) print(`  - ${path}`);
      print(planFigures(plan));
      failures(plan.failed);
    },
    failed: (source, error) => problem(`${source}: ${error}`),
    note: print,
    warning: problem,
    summary(outcomes) {
      if (outcomes.length > 1) print(`All ${outcomes.length} sources: ${figures(sum(outcomes))}`);
    },
  };
}

function listed({ name, location, documents, chunks, refreshedAt, options }: RegisteredSource): string {
  const { baseUrl, include = [], exclude = [], delayMs, allowPrivate, chunkSizes, askInstead } = options;
  const when = refreshedAt ? `refreshed ${refreshedAt}` : 'never refreshed to its end';
  return [
    `${name}: ${documents} documents, ${chunks} chunks, ${when}: ${location}`,
    baseUrl && `published at ${baseUrl}`,
    include.length > 0 && `only ${include.join(' ')}`,
    exclude.length > 0 && `without ${exclude.join(' ')}`,
    delayMs !== undefined && `${delayMs / 1000} s between requests`,
    allowPrivate && 'private addresses allowed',
    chunkSizes && `passages of ${chunkSizes.minChars}-${chunkSizes.maxChars} characters`,
    askInstead && `ask ${askInstead} instead`,
  ]
    .filter(Boolean)
    .join(', ');
}

function figures(outcome: Omit<IngestedSource, 'source'>): string {
  const { documents, changed, unchanged, leftOut, removed, failed, chunksAdded, embedding, seconds } =
    outcome;
  return [
    `${count(documents)} documents: ${count(changed)} added or changed, ${count(unchanged)} unchanged, ` +
      `${count(removed)} removed, ${count(failed.length)} failed${leftOutOf(leftOut)}`,
    `${count(chunksAdded)} chunks added`,
    ...(embedding ? [useOf(embedding)] : []),
    `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`,
  ].join('; ');
}

/** Most sources have none. */
function leftOutOf(leftOut: number): string {
  return leftOut === 0 ? '' : `, ${count(leftOut)} left out (drafts or empty)`;
}

function useOf({ tokens, estimated, dollars }: EmbeddingUse): string {
  const about = estimated ? 'about ' : '';
  const label = estimated ? ' (an estimate: the service does not say)' : '';
  const cost = dollars ? ` for ${priceOf(dollars, about)}` : '';
  return `${about}${count(tokens)} tokens embedded${cost}${label}`;
}

/** At 2 cents for a million tokens most runs cost less than a cent. */
function priceOf(dollars: number, about: string): string {
  return dollars < 0.0001 ? 'less than $0.0001' : `${about}$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
}

function planFigures({
  source,
  added,
  changed,
  removed,
  unchanged,
  leftOut,
  failed,
  chunks,
  withoutVector,
}: IngestPlan): string {
  return (
    `${source}: would add ${count(added.length)}, change ${count(changed.length)} (${count(chunks)} chunks) and ` +
    `remove ${count(removed.length)} documents; ${count(unchanged)} unchanged, ${count(failed.length)} failed${leftOutOf(leftOut)}. ` +
    `${missingVectors(withoutVector)}Nothing was written or embedded.`
  );
}

function missingVectors(chunks: number): string {
  return chunks === 0 ? '' : `${count(chunks)} indexed chunks have no vector and would be embedded. `;
}

function sum(outcomes: readonly IngestedSource[]): Omit<IngestedSource, 'source'> {
  const total = (pick: (outcome: IngestedSource) => number | undefined) =>
    outcomes.reduce((value, outcome) => value + (pick(outcome) ?? 0), 0);
  const uses = outcomes.flatMap(({ embedding }) => embedding ?? []);
  const priced = uses.every(({ dollars }) => dollars !== undefined);
  return {
    documents: total(({ documents }) => documents),
    changed: total(({ changed }) => changed),
    unchanged: total(({ unchanged }) => unchanged),
    leftOut: total(({ leftOut }) => leftOut),
    removed: total(({ removed }) => removed),
    chunksAdded: total(({ chunksAdded }) => chunksAdded),
    chunksEmbedded: total(({ chunksEmbedded }) => chunksEmbedded),
    failed: outcomes.flatMap(({ failed }) => failed),
    seconds: total(({ seconds }) => seconds),
    ...(uses.length > 0 && {
      embedding: {
        tokens: total(({ embedding }) => embedding?.tokens),
        estimated: uses.some(({ estimated }) => estimated),
        ...(priced && { dollars: total(({ embedding }) => embedding?.dollars) }),
      },
    }),
  };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
