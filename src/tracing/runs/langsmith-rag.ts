import type { AnswerEvent } from '../../rag/answer-event.js';
import type { AnswerRequest } from '../../rag/answer-request.js';
import type { StreamSpec } from '../run-spec.js';
import { type AnswerSoFar, addToAnswer, NO_ANSWER, outcomeMetadata } from './answer-text.js';

/**
 * One turn of a thread: the trace. Input and output hold this turn's two messages alone: LangSmith puts the turns of a
 * thread together itself, and a history read back from Slack (with sources, edited) would stand there twice.
 * https://docs.langchain.com/langsmith/online-evaluations-multi-turn
 */
export const langsmithRag: StreamSpec<AnswerRequest, AnswerEvent, AnswerSoFar> = {
  name: 'langsmith_rag',
  runType: 'chain',
  root: ({ runId, sessionId, labels }) => ({
    id: runId,
    // The thread's views read the format off a trace's first run.
    metadata: { ...labels, session_id: sessionId, ls_message_format: 'anthropic' },
  }),
  inputs: ({ question }) => ({ messages: [{ role: 'user', content: question }] }),
  initial: NO_ANSWER,
  reduce: addToAnswer,
  outputs: ({ text }) => ({ messages: [{ role: 'assistant', content: text }] }),
  metadata: (_request, answer) => outcomeMetadata(answer),
};
