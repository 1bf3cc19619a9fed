import { z } from 'zod';

const embeddingUse = z.object({
  tokens: z.number(),
  /** The service did not say how many, or not each time. */
  estimated: z.boolean(),
  /** At the vendor's list price; absent for a model whose price is not known. */
  dollars: z.number().optional(),
});

const failedSource = z.object({ source: z.string(), error: z.string() });

const ingestedSource = z.object({
  source: z.string(),
  documents: z.number(),
  unchanged: z.number(),
  leftOut: z.number(),
  changed: z.number(),
  removed: z.number(),
  chunksAdded: z.number(),
  chunksEmbedded: z.number(),
  failed: z.array(z.object({ path: z.string(), reason: z.string() })).readonly(),
  embeddingFailure: z.string().optional(),
  seconds: z.number(),
  embedding: embeddingUse.optional(),
});

/** One line that `npm run ingest -- --json` prints: what became of one source. */
export const ingestOutcome = z.union([ingestedSource, failedSource]);

export type EmbeddingUse = z.output<typeof embeddingUse>;
export type IngestedSource = z.output<typeof ingestedSource>;
export type IngestOutcome = z.output<typeof ingestOutcome>;
