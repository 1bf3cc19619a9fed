import type { ChunkStore } from '../knowledge/chunk-store.js';
import type { IngestOutput } from './ingest-output.js';

/** Has the vectors indexed where there are enough. What is searched without an index is found all the same, only later. */
export async function keepIndexed({
  store,
  output,
}: {
  readonly store: ChunkStore;
  readonly output: IngestOutput;
}): Promise<void> {
  try {
    await store.pgvector?.keepIndexed((vectors) =>
      output.note(`Building an index over ${vectors} vectors: the bot goes on answering meanwhile.`),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.note(`The index over the vectors was not built, so each question compares them all: ${reason}`);
  }
}
