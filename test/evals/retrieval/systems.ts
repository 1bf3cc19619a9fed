import type { Embedder } from '../../../src/knowledge/embedder.js';
import { passageTokens } from '../../../src/rag/fill-prompt.js';
import { RETRIEVAL_LIMITS } from '../../../src/rag/limits.js';
import type { Passage } from '../../../src/rag/passage.js';
import { createRetriever } from '../../../src/rag/retriever.js';
import { DEPTH, EvalIndex } from './eval-index.js';
import type { EvaluationQuestion, EvaluationSet } from './evaluation-set.js';
import { langchainBm25, langchainDefault } from './langchain.js';
import type { Ranking } from './metrics.js';

export type Rank = (question: EvaluationQuestion & { readonly place: number }) => Promise<Ranking>;

/** One way of finding passages, made ready for a set. */
export interface System {
  readonly name: string;
  /** What it runs on, where that is not plain from its name. */
  readonly note?: string | undefined;
  /** Or why it cannot be run. */
  readonly rank: Rank | string;
}

const NO_VECTORS = 'not run: the set has no vectors; OPENAI_API_KEY has them made';
const NO_MODEL = 'not run: its own chunks need an embedding model; set OPENAI_API_KEY';

/** Every system over a set. `close` removes the indexes. */
export async function openSystems(
  set: EvaluationSet,
  embedder?: Embedder,
): Promise<{ systems: System[]; close: () => Promise<void> }> {
  const vectors = embedder ?? (set.vectors && 'of the set');
  const cut = embedder !== undefined || set.unit === 'page';
  const [index, chunks] = await Promise.all([EvalIndex.open(set, cut, vectors), EvalIndex.open(set, true)]);
  const plain = set.unit === 'section' && cut ? await EvalIndex.open(set, false) : index;
  const nearest = vectors && (await index.nearest());
  const model = embedder?.model ?? set.vectors?.model;
  const vectorOf: VectorOf = async ({ text, place }) =>
    (await embedder?.embed([text]))?.[0] ?? Array.from(set.vectors?.questions[place] ?? []);
  const retrieve = createRetriever({ search: chunks.search });
  const bm25 = await langchainBm25(set);
  const chain = embedder && (await langchainDefault(set, embedder));
  const told = (question: string, passages: readonly Passage[]) =>
    passages.map((passage) => chunks.toldBy(passage, set.judged.get(question)?.keys() ?? []));

  const systems: System[] = [
    { name: 'keyword', rank: ({ text }) => ranking(plain, { query: text }) },
    {
      name: 'vector',
      note: model,
      rank: nearest ? async (question) => nearest(await vectorOf(question)) : NO_VECTORS,
    },
    {
      name: 'hybrid',
      note: model,
      rank: nearest
        ? async (question) => ranking(index, { query: question.text, vector: await vectorOf(question) })
        : NO_VECTORS,
    },
    {
      name: 'chunks',
      note: 'keyword, cut as by ingest',
      rank: ({ text }) => ranking(chunks, { query: text }),
    },
    {
      name: 'unmerged',
      note: 'of that what fits into a prompt as it is',
      rank: async ({ id, text }) => {
        const { candidates, promptTokens } = RETRIEVAL_LIMITS;
        const { passages } = await chunks.search({ query: text, limit: candidates });
        return told(id, withinTokens(passages, promptTokens));
      },
    },
    {
      name: 'prompt',
      note: 'what the model gets in as many tokens',
      rank: async ({ id, text }) =>
        told(id, (await retrieve({ question: text, signal: new AbortController().signal })).passages),
    },
    { name: 'langchain-bm25', note: 'BM25Retriever', rank: ({ text }) => bm25(text) },
    {
      name: 'langchain-default',
      note: '500/0 and vectors',
      rank: chain ? ({ text }) => chain(text) : NO_MODEL,
    },
  ];
  const close = async () => {
    await Promise.all([...new Set([index, chunks, plain])].map((each) => each.close()));
  };
  return { systems, close };
}

/** Whole passages while they fit. */
function withinTokens(passages: readonly Passage[], tokens: number): Passage[] {
  let left = tokens;
  const end = passages.findIndex((passage) => {
    left -= passageTokens(passage);
    return left < 0;
  });
  return passages.slice(0, end === -1 ? passages.length : Math.max(1, end));
}

type VectorOf = (question: EvaluationQuestion & { readonly place: number }) => Promise<number[]>;

async function ranking(
  index: EvalIndex,
  request: { readonly query: string; readonly vector?: readonly number[] },
): Promise<Ranking> {
  const { passages } = await index.search({ ...request, limit: DEPTH });
  return passages.map((passage: Passage) => index.judgedIn(passage));
}
