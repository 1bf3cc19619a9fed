import { z } from 'zod';

/** What the processes tell of their measurements. */
export const INGESTED = z.object({
  chunks: z.number(),
  chunksPerSecond: z.number(),
  /** The same documents cut and tokenised, and nothing stored. */
  floorPerSecond: z.number(),
});

const LATENCY = z.object({ p50: z.number(), p99: z.number() });

export const ASKED = z.object({
  /** From an open database to the first answer: the index is read into memory. */
  firstAnswerMs: z.number(),
  keyword: LATENCY,
  hybrid: LATENCY,
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

export function rowsOf(backend: string, { chunks, ...ingested }: Ingested, asked: Asked): RetrievalRow[] {
  const row = (figure: string, unit: string, value: number, floor?: number) =>
    ({ backend, chunks, figure, value, floor, unit }) satisfies RetrievalRow;
  return [
    row('ingestRate', 'chunks/s', ingested.chunksPerSecond, ingested.floorPerSecond),
    row('keywordP50', 'ms', asked.keyword.p50, asked.scan.p50),
    row('keywordP99', 'ms', asked.keyword.p99, asked.scan.p99),
    row('hybridP50', 'ms', asked.hybrid.p50, asked.scan.p50),
    row('hybridP99', 'ms', asked.hybrid.p99, asked.scan.p99),
    row('firstAnswer', 'ms', asked.firstAnswerMs),
    row('memory', 'MB', asked.memoryMb, asked.vectorsMb),
  ];
}
