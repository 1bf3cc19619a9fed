import { z } from 'zod';

/** What the processes tell of their measurements. */
export const INGESTED = z.object({
  chunks: z.number(),
  chunksPerSecond: z.number(),
  /** The same documents cut and tokenised, and nothing stored. */
  floorPerSecond: z.number(),
  /** Whether the database searches the vectors. */
  pgvector: z.boolean(),
});

const LATENCY = z.object({ p50: z.number(), p99: z.number() });

export const ASKED = z.object({
  /** From an open database to the first answer: the index is read into memory. */
  firstAnswerMs: z.number(),
  keyword: LATENCY,
  hybrid: LATENCY,
  /** The vectors alone, as they are searched: in memory, or by pgvector. */
  vectors: LATENCY,
  /** The share of the nearest that it finds; 1 where all are compared. */
  recall: z.number(),
  /** All vectors scanned in memory, and nothing else. */
  scan: LATENCY,
  /** What the index takes of the process's resident memory. */
  memoryMb: z.number(),
  /** What its vectors alone are. */
  vectorsMb: z.number(),
});

export type Ingested = z.infer<typeof INGESTED>;
export type Asked = z.infer<typeof ASKED>;

export interface RetrievalRow {
  readonly backend: string;
  readonly chunks: number;
  readonly figure: string;
  readonly value: number;
  readonly floor?: number | undefined;
  readonly unit: string;
}

export function rowsOf(store: string, { chunks, ...ingested }: Ingested, asked: Asked): RetrievalRow[] {
  const backend = ingested.pgvector ? `${store} with pgvector` : store;
  const row = (figure: string, unit: string, value: number, floor?: number) =>
    ({ backend, chunks, figure, value, floor, unit }) satisfies RetrievalRow;
  return [
    row('ingestRate', 'chunks/s', ingested.chunksPerSecond, ingested.floorPerSecond),
    row('keywordP50', 'ms', asked.keyword.p50, asked.scan.p50),
    row('keywordP99', 'ms', asked.keyword.p99, asked.scan.p99),
    row('hybridP50', 'ms', asked.hybrid.p50, asked.scan.p50),
    row('hybridP99', 'ms', asked.hybrid.p99, asked.scan.p99),
    row('vectorsP50', 'ms', asked.vectors.p50, asked.scan.p50),
    row('vectorsP99', 'ms', asked.vectors.p99, asked.scan.p99),
    row('vectorsFound', 'of 1', asked.recall),
    row('firstAnswer', 'ms', asked.firstAnswerMs),
    row('memory', 'MB', asked.memoryMb, asked.vectorsMb),
  ];
}
