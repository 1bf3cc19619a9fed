/** OpenAI's list prices in dollars for a million tokens (https://platform.openai.com/docs/pricing, 2026). */
const DOLLARS_PER_MILLION: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 0.02,
  'text-embedding-3-large': 0.13,
  'text-embedding-ada-002': 0.1,
};

/** What so many tokens cost at OpenAI, in dollars; unknown for other models. */
export function embeddingPrice(model: string, tokens: number): number | undefined {
  const price = Object.hasOwn(DOLLARS_PER_MILLION, model) ? DOLLARS_PER_MILLION[model] : undefined;
  return price === undefined ? undefined : (price * tokens) / 1_000_000;
}
