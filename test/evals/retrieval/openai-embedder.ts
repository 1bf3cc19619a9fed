import { readConfig } from '../../../src/config.js';
import { type Embedder, embeddingModelName } from '../../../src/knowledge/embedder.js';
import { embeddingPrice } from '../../../src/models/embedding-price.js';
import { createOpenAiEmbed } from '../../../src/models/openai-embeddings.js';
import { createNetwork } from '../../../src/network.js';
import { approximateTokens } from '../../../src/rag/approximate-tokens.js';

/** Texts in one request. */
const BATCH = 64;

/** OpenAI by the product's own settings, when there is a key; each text is paid for once. */
export function openAiEmbedder(
  env: NodeJS.ProcessEnv,
): { readonly embedder: Embedder; costs(): string } | undefined {
  const { openai, network } = readConfig({
    ...env,
    SLACK_BOT_TOKEN: '',
    SLACK_APP_TOKEN: '',
    SLACK_SIGNING_SECRET: '',
  });
  if (!openai) return undefined;
  const embed = createOpenAiEmbed({ ...openai, fetch: createNetwork(network).fetch });
  const vectors = new Map<string, number[]>();
  let tokens = 0;
  return {
    embedder: {
      model: embeddingModelName(openai),
      async embed(texts, signal) {
        const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
        for (let start = 0; start < missing.length; start += BATCH) {
          const batch = missing.slice(start, start + BATCH);
          const made = await embed(batch, signal);
          for (const [index, text] of batch.entries()) vectors.set(text, made[index] ?? []);
          tokens += batch.reduce((sum, text) => sum + approximateTokens(text), 0);
        }
        return texts.map((text) => vectors.get(text) ?? []);
      },
    },
    costs() {
      const dollars = embeddingPrice(openai.model, tokens);
      const price = dollars === undefined ? '' : `, $${dollars.toFixed(4)} at OpenAI's list price`;
      return `About ${tokens} tokens were embedded${price}.`;
    },
  };
}
