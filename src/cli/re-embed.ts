import { ExpectedError } from '../errors.js';
import { embedMissing } from '../knowledge/ingest/embed-missing.js';
import { EmbeddingRun } from '../knowledge/ingest/embedding-run.js';
import { WHOLE_INDEX } from '../knowledge/ingest/source-leases.js';
import type { RegisteredSource } from '../knowledge/source.js';
import { eachSource } from './each-source.js';
import type { IngestParts } from './ingest-sources.js';
import { keepIndexed } from './keep-indexed.js';

/**
 * Embeds all that is indexed anew, as it stands in the index: no source is read for it. Nobody else embeds meanwhile; with
 * another model's vectors among them the new ones would be nonsense. The old ones go only when the model has made one.
 *
 * @throws ExpectedError when there is no embedding service, or it fails at once.
 */
export async function reEmbed(
  sources: readonly RegisteredSource[],
  dryRun: boolean,
  parts: IngestParts,
): Promise<boolean> {
  const { store, leases, embedder, output, stop } = parts;
  if (!embedder) throw new ExpectedError('--re-embed needs OPENAI_API_KEY, which is not set.');
  if (dryRun) {
    const { chunks } = await store.counts();
    output.note(`Would embed all ${chunks} chunks anew, with ${embedder.model}.`);
    return true;
  }
  return leases.hold(WHOLE_INDEX, stop, async (signal) => {
    const failure = await new EmbeddingRun(embedder, signal).check();
    if (failure !== undefined) {
      throw new ExpectedError(
        `${embedder.model} cannot be used, so all vectors stay as they are: ${failure}`,
      );
    }
    await store.forgetEmbeddings();
    await store.useEmbeddingModel(embedder.model);
    const done = await eachSource(sources, parts, async ({ name, documents, chunks }) => {
      output.note(`${name}: embedding ${chunks} chunks anew`);
      const start = performance.now();
      const embeddings = new EmbeddingRun(embedder, signal);
      const failed = await embedMissing(store, name, embeddings, { signal });
      output.ingested({
        ...{
          source: name,
          documents,
          unchanged: documents,
          leftOut: 0,
          changed: 0,
          removed: 0,
          chunksAdded: 0,
        },
        chunksEmbedded: embeddings.embedded,
        failed,
        ...(embeddings.failure !== undefined && { embeddingFailure: embeddings.failure }),
        seconds: (performance.now() - start) / 1000,
        embedding: embedder.takeUse(),
      });
      return failed.length === 0 && embeddings.failure === undefined;
    });
    await keepIndexed(parts);
    return done;
  });
}
