import { ExpectedError } from '../../../src/errors.js';
import type { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import type { Source } from '../../../src/knowledge/source.js';

const NAME = 'threadsmith-bench';

export function benchSource(folder: string): Source {
  return { name: NAME, kind: 'folder', location: folder, options: {} };
}

/** A bench must not write between a team's documents, nor answer from them. @throws ExpectedError when there are any. */
export async function refuseToMix(store: ChunkStore): Promise<void> {
  const names = (await store.sources()).map(({ name }) => name).filter((name) => name !== NAME);
  if (names.length > 0) {
    throw new ExpectedError(
      `DATABASE_URL must name a database without documents to measure in, got one with ${names.join(', ')}.`,
    );
  }
  await forgetBench(store);
}

export async function forgetBench(store: ChunkStore): Promise<void> {
  await store.removeSource(NAME);
  await store.forgetEmbeddings();
}
