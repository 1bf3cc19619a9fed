import { RecursiveCharacterTextSplitter } from '@langchain/classic/text_splitter';
import { MemoryVectorStore } from '@langchain/classic/vectorstores/memory';
import { BM25Retriever } from '@langchain/community/retrievers/bm25';
import { Document } from '@langchain/core/documents';
import type { Embedder } from '../../../src/knowledge/embedder.js';
import { DEPTH } from './eval-index.js';
import type { EvaluationSet } from './evaluation-set.js';
import type { Ranking } from './metrics.js';

type Rank = (question: string) => Promise<Ranking>;

/** Sections whole, with their title; pages cut as LangChain's own tutorials cut them. */
export async function langchainBm25(set: EvaluationSet): Promise<Rank> {
  const docs =
    set.unit === 'page' ? await splitDocuments(set) : set.documents.map((each) => toDocument(each));
  const retriever = BM25Retriever.fromDocuments(docs, { k: DEPTH });
  return async (question) => rankingOf(set, await retriever.invoke(question));
}

/** The default chain of LangChain's tutorials: chunks of 500 characters without overlap, and the nearest by cosine. */
export async function langchainDefault(set: EvaluationSet, { embed }: Embedder): Promise<Rank> {
  const store = new MemoryVectorStore({
    embedDocuments: (texts: string[]) => embed(texts),
    embedQuery: async (text: string) => (await embed([text]))[0] ?? [],
  });
  await store.addDocuments(await splitDocuments(set));
  return async (question) => rankingOf(set, await store.similaritySearch(question, DEPTH));
}

function splitDocuments(set: EvaluationSet): Promise<Document[]> {
  const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 500, chunkOverlap: 0 });
  return splitter.splitDocuments(set.documents.map((each) => toDocument(each)));
}

function toDocument({ id, title, text }: EvaluationSet['documents'][number]): Document {
  return new Document({ pageContent: title ? `${title}\n\n${text}` : text, metadata: { id } });
}

function rankingOf(set: EvaluationSet, documents: readonly Document[]): Ranking {
  return documents.map(({ pageContent, metadata }) => set.judgedIn(String(metadata.id), pageContent));
}
