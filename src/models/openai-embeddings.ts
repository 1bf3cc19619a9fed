import type { Embed } from '../rag/embed.js';

export interface OpenAiSettings {
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly model: string;
  readonly dimensions: number;
  readonly fetch: typeof globalThis.fetch;
}

/** OpenAI embeddings by LangChain's client, which is loaded on first use: it takes a third of a second. */
export function createOpenAiEmbed({ apiKey, baseUrl, model, dimensions, fetch }: OpenAiSettings): Embed {
  let loading: Promise<(texts: string[]) => Promise<number[][]>> | undefined;

  async function load() {
    const { OpenAIEmbeddings } = await import('@langchain/openai');
    const embeddings = new OpenAIEmbeddings({
      apiKey,
      model,
      dimensions,
      maxRetries: 2,
      timeout: 20_000,
      configuration: { ...(baseUrl && { baseURL: baseUrl }), fetch },
    });
    return (texts: string[]) => embeddings.embedDocuments(texts);
  }

  return async (texts, signal) => {
    signal?.throwIfAborted();
    loading ??= load();
    const embedDocuments = await loading;
    return abortable(embedDocuments([...texts]), signal);
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
