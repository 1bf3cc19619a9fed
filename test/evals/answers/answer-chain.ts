import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v4, v7 } from 'uuid';
import { openSqlite } from '../../../src/database/sqlite.js';
import { ChunkStore } from '../../../src/knowledge/chunk-store.js';
import { documentId } from '../../../src/knowledge/chunks/chunk-rows.js';
import type { Embedder } from '../../../src/knowledge/embedder.js';
import { createSearch } from '../../../src/knowledge/index/search.js';
import { ingestSource } from '../../../src/knowledge/ingest/ingest.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../../src/knowledge/migrations.js';
import { loadSource } from '../../../src/knowledge/sources/load-source.js';
import { createAnswer } from '../../../src/rag/answer.js';
import type { ChatModel } from '../../../src/rag/chat-model.js';
import { type Complete, createCondense } from '../../../src/rag/condense.js';
import { createGenerator } from '../../../src/rag/generator.js';
import type { Passage } from '../../../src/rag/passage.js';
import type { Prompt } from '../../../src/rag/prompt.js';
import { createRetriever } from '../../../src/rag/retriever.js';
import type { Turn } from '../../../src/threads/turn.js';
import { addToAnswer, NO_ANSWER } from '../../../src/tracing/runs/answer-text.js';
import { generateResponse } from '../../../src/tracing/runs/generate-response.js';
import { retrieveDocuments } from '../../../src/tracing/runs/retrieve-documents.js';
import type { Tracer } from '../../../src/tracing/tracer.js';
import type { GivenAnswer } from './given-answer.js';
import type { EvalQuestion } from './question-set.js';

const SOURCE = 'docs';

export interface AnswerChainOptions {
  /** The folder to answer from. */
  readonly docs: string;
  /** Which sections of a file a text holds. */
  readonly sectionsIn: (path: string, text: string) => readonly string[];
  readonly model: ChatModel;
  /** Rewrites follow-ups. */
  readonly complete?: Complete | undefined;
  /** Absent: keyword search alone. */
  readonly embedder?: Embedder | undefined;
  readonly prompt?: Prompt | undefined;
  /** Its runs go below the current one. */
  readonly tracer: Tracer;
}

export interface AnswerChain {
  answer(question: Pick<EvalQuestion, 'question' | 'turns'>): Promise<GivenAnswer>;
  close(): Promise<void>;
}

/** The product's chain as the bot builds it, over documents of its own and without Slack. */
export async function openAnswerChain(options: AnswerChainOptions): Promise<AnswerChain> {
  const { docs, sectionsIn, model, complete, embedder, prompt, tracer } = options;
  const directory = await mkdtemp(join(tmpdir(), 'threadsmith-eval-'));
  const database = await openSqlite(join(directory, KNOWLEDGE_FILE), knowledgeMigrations);
  const close = async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const store = new ChunkStore(database);
    const source = { name: SOURCE, kind: 'folder', location: docs, options: {} } as const;
    const { failed } = await ingestSource(store, source, await loadSource(source), { embedder });
    if (failed[0])
      throw new Error(`every document must be indexed, got ${failed[0].reason} for ${failed[0].path}`);
    const retrieve = createRetriever({
      search: createSearch(store, { embeddingModel: embedder?.model }),
      embed: embedder?.embed,
    });
    const answer = createAnswer({
      condense: createCondense({ complete }),
      retrieve: tracer.traced(retrieveDocuments, retrieve),
      generate: tracer.tracedStream(generateResponse, createGenerator({ model })),
      emptyIndexText: '',
    });
    async function ask({ question, turns }: Pick<EvalQuestion, 'question' | 'turns'>): Promise<GivenAnswer> {
      let state = NO_ANSWER;
      let retrieved: readonly Passage[] = [];
      const events = answer({
        question,
        askedAt: Date.now(),
        turns: turns.map((turn, index): Turn => ({ ...turn, messageTs: `${index}` })),
        prompt,
        sessionId: v4(),
        runId: v7(),
        labels: {},
        signal: new AbortController().signal,
      });
      for await (const event of events) {
        state = addToAnswer(state, event);
        if (event.type === 'status' && event.status === 'reading') retrieved = event.found ?? [];
      }
      return {
        answer: state.text,
        outcome: state.outcome ?? 'none',
        sources: state.sources.map(({ number, passage }) => ({ number, ...shown(passage) })),
        retrieved: retrieved.flatMap((passage) => (passage.parts ?? [passage]).map(shown)),
        citationsDropped: state.citationsDropped,
      };
    }

    function shown({ documentId: id, title, headings, text }: Passage): GivenAnswer['retrieved'][number] {
      const path = id.slice(documentId(SOURCE, '').length);
      return { sections: [...sectionsIn(path, text)], title: [title, ...headings].join(' > '), text };
    }

    return { answer: ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}
