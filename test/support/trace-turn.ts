import { v4, v7 } from 'uuid';
import type { Answer } from '../../src/rag/answer.js';
import { extractAnswer } from '../../src/tracing/runs/extract-answer.js';
import { langsmithRag } from '../../src/tracing/runs/langsmith-rag.js';
import type { Tracer } from '../../src/tracing/tracer.js';

/** One turn of two runs. @returns the id of its first, which is the trace's */
export async function traceTurn(tracer: Tracer, text = 'An answer.'): Promise<string> {
  const { signal } = new AbortController();
  const model = tracer.tracedStream(extractAnswer, async function* () {
    yield { type: 'text', text } as const;
  });
  const answer = tracer.tracedStream(langsmithRag, async function* ({ question, askedAt, turns }) {
    yield* model({ system: '', question, askedAt, turns, passages: [], signal });
    yield { type: 'done', outcome: 'answered', sources: [], citationsDropped: 0 };
  } satisfies Answer);
  const runId = v7();
  const question = `What is ${text}`;
  const request = { question, askedAt: 0, turns: [], sessionId: v4(), runId, labels: {}, signal };
  for await (const _event of answer(request));
  return runId;
}
