import Anthropic from '@anthropic-ai/sdk';
import { createClaude } from '../../../src/models/claude.js';
import { traitsOf } from '../../../src/models/claude-traits.js';
import { LOCAL_PROMPT } from '../../../src/rag/prompt.js';
import { createRetriever } from '../../../src/rag/retriever.js';
import type { Turn } from '../../../src/threads/turn.js';
import { EvalIndex } from '../../evals/retrieval/eval-index.js';
import { ownDocsSet } from '../../evals/retrieval/own-docs.js';
import { type ClaudeRequest, startClaudeReplay } from '../../support/claude-replay.js';
import { blocksOf, type CacheUse, PromptCache } from '../../support/prompt-cache.js';
import type { Figure, Row } from '../figure.js';
import { TEN_TURNS } from '../ten-turns.js';

const MODEL = 'claude-sonnet-5-5';
const BEGIN = Date.UTC(2026, 0, 5, 9);
const HALF_MINUTE = 30_000;
const TEN_MINUTES = 600_000;
/** How long after its question an answer appears. */
const ANSWER_MS = 4_000;

/** What a token costs, as a share of an uncached one. */
const WEIGHTS: Readonly<Record<keyof CacheUse, number>> = {
  input: 1,
  read: 0.1,
  written5m: 1.25,
  written1h: 2,
};

export const inputTokens: Figure = {
  keys: ['weightedInputTokens30s', 'weightedInputTokens10min'],
  legend: `Input tokens per answer over one thread of ten questions about the product's own documentation, weighted by price: read from
    the prompt cache 0.1, written for five minutes 1.25, for an hour 2; the rewriting of follow-ups apart. The cache begins
    empty and nobody else asks. Floor: at 30 s everything before the passages read from a cache that was never written; at
    10 min the same requests without a cache. Naive: without a cache, the passages of earlier questions sent again.`,
  async measure() {
    const set = ownDocsSet();
    const index = await EvalIndex.open(set, true);
    const retrieve = createRetriever({ search: index.search });
    try {
      const quick = weigh(await requestsOf(HALF_MINUTE, retrieve), HALF_MINUTE);
      const slow = weigh(await requestsOf(TEN_MINUTES, retrieve), TEN_MINUTES);
      return [
        row('weightedInputTokens30s', 'weighted input tokens, 30 s apart', quick, quick.ideal, {
          text: '<= 2,700',
          met: quick.weighted <= 2_700,
        }),
        row('weightedInputTokens10min', 'weighted input tokens, 10 min apart', slow, slow.uncached, {
          text: '<= floor',
          met: slow.weighted <= slow.uncached,
        }),
      ];
    } finally {
      await index.close();
    }
  },
};

/** What Claude is sent in the course of the thread. */
async function requestsOf(
  gapMs: number,
  retrieve: ReturnType<typeof createRetriever>,
): Promise<ClaudeRequest['body'][]> {
  const replay = await startClaudeReplay();
  const client = new Anthropic({ apiKey: 'bench', baseURL: replay.baseUrl, logLevel: 'off' });
  const claude = createClaude({ client, model: MODEL });
  const { signal } = new AbortController();
  try {
    const turns: Turn[] = [];
    for (const [place, { question, answer }] of TEN_TURNS.entries()) {
      const askedAt = BEGIN + place * gapMs;
      const { passages } = await retrieve({ question, signal });
      const asked = { question, userId: 'U0ADA', askedAt };
      for await (const _ of claude({ ...LOCAL_PROMPT, ...asked, turns: [...turns], passages, signal }));
      turns.push(
        { role: 'user', text: question, userId: 'U0ADA', messageTs: String(askedAt / 1_000) },
        { role: 'assistant', text: answer, messageTs: String((askedAt + ANSWER_MS) / 1_000) },
      );
    }
    return replay.requests.map(({ body }) => body);
  } finally {
    await replay.close();
  }
}

interface Weighed {
  readonly weighted: number;
  readonly uncached: number;
  readonly naive: number;
  readonly ideal: number;
  readonly passages: number;
}

/** Means over the requests. */
function weigh(requests: readonly ClaudeRequest['body'][], gapMs: number): Weighed {
  const cache = new PromptCache(traitsOf(MODEL).cacheMinimum);
  const sums = { weighted: 0, uncached: 0, naive: 0, ideal: 0, passages: 0 };
  let passagesBefore = 0;
  for (const [place, body] of requests.entries()) {
    const use = cache.use(body, BEGIN + place * gapMs);
    const blocks = blocksOf(body);
    const first = blocks.findIndex(({ type }) => type === 'search_result');
    const passages = tokensIn(blocks.filter(({ type }) => type === 'search_result'));
    const all = tokensIn(blocks);
    // What is new in a request begins with its passages.
    const last = tokensIn(blocks.slice(first));
    sums.weighted += weighted(use);
    sums.uncached += all;
    sums.naive += all + passagesBefore;
    sums.ideal += last + (all - last) * WEIGHTS.read;
    sums.passages += passages;
    passagesBefore += passages;
  }
  const mean = (sum: number) => sum / requests.length;
  return {
    weighted: mean(sums.weighted),
    uncached: mean(sums.uncached),
    naive: mean(sums.naive),
    ideal: mean(sums.ideal),
    passages: mean(sums.passages),
  };
}

function weighted(use: CacheUse): number {
  return (
    use.input * WEIGHTS.input +
    use.read * WEIGHTS.read +
    use.written5m * WEIGHTS.written5m +
    use.written1h * WEIGHTS.written1h
  );
}

function tokensIn(blocks: ReturnType<typeof blocksOf>): number {
  return blocks.reduce((sum, { ownTokens }) => sum + ownTokens, 0);
}

function row(
  key: NonNullable<Row['key']>,
  label: string,
  { weighted, uncached, naive, passages }: Weighed,
  floor: number,
  budget: NonNullable<Row['budget']>,
): Row {
  const [plain, all, found] = [uncached, naive, passages].map((tokens) => Math.round(tokens));
  const note = `uncached ${plain}, naive ${all}; ${found} of it passages; ${TEN_TURNS.length} answers`;
  return { key, label, value: weighted, floor, unit: 'tokens', budget, note };
}
