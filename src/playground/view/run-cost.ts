import type { RunTokens } from '../recorded-run.js';

/** Where the prices are from; the page shows it beside each cost. */
export const PRICE_SOURCE = 'Anthropic’s list prices, November 2026';

/**
 * Dollars for a million tokens in and out (https://platform.claude.com/docs/en/about-claude/pricing). What the cache saves
 * and costs is the same share of the input price for every model.
 */
const DOLLARS_PER_MILLION: readonly (readonly [model: RegExp, input: number, output: number])[] = [
  [/^claude-sonnet-5-5/, 2, 10],
  [/^claude-haiku-5-5/, 0.1, 0.5],
  [/^claude-opus-5-5/, 4, 20],
];
const CACHE_READ = 0.1;
const CACHE_WRITE = 1.25;
const CACHE_WRITE_FOR_HOUR = 2;

/** What a run cost, in dollars; unknown for a model without a price here. */
export function runCost(model: string | undefined, tokens: RunTokens | undefined): number | undefined {
  const price = DOLLARS_PER_MILLION.find(([name]) => name.test(model ?? ''));
  if (!price || !tokens) return undefined;
  const [, input, output] = price;
  const { cacheRead, cacheWrite, cacheWriteForHour } = tokens;
  const plain = tokens.input - cacheRead - cacheWrite - cacheWriteForHour;
  const weighted =
    plain + CACHE_READ * cacheRead + CACHE_WRITE * cacheWrite + CACHE_WRITE_FOR_HOUR * cacheWriteForHour;
  return (weighted * input + tokens.output * output) / 1_000_000;
}
