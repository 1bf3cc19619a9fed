import type { OpenAIEmbeddings } from '@langchain/openai';
import type { Embed } from '../rag/embed.js';
import { embeddingError } from './embedding-error.js';

/** For one try of a request. */
const TIMEOUT_MS = 20_000;

export interface OpenAiSettings {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly model: string;
  readonly dimensions: number;
  readonly fetch: typeof globalThis.fetch;
  /** Told what each request took; `estimated` where the service does not say: not all that speak OpenAI's API do. */
  readonly onTokens?: ((tokens: number, estimated: boolean) => void) | undefined;
}

/**
 * OpenAI embeddings by LangChain's client, which is loaded on first use: it takes a third of a second. What they reject with
 * is an ExpectedError, and a TextRefusedError where it is a text's fault.
 */
export function createOpenAiEmbed(settings: OpenAiSettings): Embed {
  const { apiKey, baseUrl, model, dimensions, fetch, onTokens } = settings;
  let loading: Promise<(texts: string[]) => Promise<number[][]>> | undefined;

  async function load() {
    const openai = await import('@langchain/openai');
    // LangChain's client keeps the vectors of a response alone.
    class MeteredEmbeddings extends openai.OpenAIEmbeddings {
      protected override async embeddingWithRetry(
        ...[request]: Parameters<OpenAIEmbeddings['embeddingWithRetry']>
      ) {
        const response = await super.embeddingWithRetry(request);
        const tokens = response.usage?.total_tokens;
        onTokens?.(tokens ?? approximateTokens(request.input), tokens === undefined);
        return response;
      }
    }
    const embeddings = new MeteredEmbeddings({
      apiKey,
      model,
      dimensions,
      maxRetries: 2,
      timeout: TIMEOUT_MS,
      configuration: { ...(baseUrl && { baseURL: baseUrl }), fetch },
    });
    return (texts: string[]) => embeddings.embedDocuments(texts);
  }

  return async (texts, signal) => {
    signal?.throwIfAborted();
    loading ??= load();
    const embedDocuments = await loading;
    try {
      return await abortable(embedDocuments([...texts]), signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw embeddingError(error, TIMEOUT_MS);
    }
  };
}

/** LangChain's client takes no signal: the caller is let go at once, the request ends by its own timeout. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Four bytes of UTF-8 are about one token, in English and in Chinese. */
function approximateTokens(input: unknown): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(input)) / 4);
}
