import { ExpectedError } from '../errors.js';
import type { Embed } from '../rag/embed.js';

/** An embedding service and the name under which the index remembers whose vectors it holds. */
export interface Embedder {
  /** Vectors of different names cannot be compared: see {@link embeddingModelName}. */
  readonly model: string;
  readonly embed: Embed;
}

/** The same model with another length gives other vectors. */
export function embeddingModelName(settings: {
  readonly model: string;
  readonly dimensions: number;
}): string {
  return `${settings.model} (${settings.dimensions} dimensions)`;
}

/** The index holds the vectors of one model, another is configured. To compare them would be silent nonsense. */
export class EmbeddingModelError extends ExpectedError {
  override name = 'EmbeddingModelError';

  constructor(indexed: string, configured: string) {
    super(
      `The index was embedded with ${indexed}, but ${configured} is configured. ` +
        'Embed everything anew with "npm run ingest -- --re-embed", or set EMBEDDING_MODEL and EMBEDDING_DIMENSIONS back.',
    );
  }
}
