import type { AnswerEvent } from '../../rag/answer-event.js';
import type { AnswerRequest } from '../../rag/answer-request.js';
import type { Attachment } from '../../rag/attachment.js';
import type { Score, StreamSpec } from '../run-spec.js';
import { NOT_RECORDED } from '../turn-text.js';
import { type AnswerSoFar, addToAnswer, NO_ANSWER, outcomeMetadata } from './answer-text.js';

/**
 * One turn of a thread: the trace. Input and output hold this turn's two messages alone: LangSmith puts the turns of a
 * thread together itself, and a history read back from Slack (with sources, edited) would stand there twice.
 * https://docs.langchain.com/langsmith/online-evaluations-multi-turn
 */
export const langsmithRag: StreamSpec<AnswerRequest, AnswerEvent, AnswerSoFar> = {
  name: 'langsmith_rag',
  runType: 'chain',
  root: ({ runId, sessionId, labels: { user, ...labels }, conversation, userId = user, turns, prompt }) => ({
    id: runId,
    sessionId,
    conversation,
    userId,
    people: [userId, ...turns.map((turn) => turn.userId)].filter((id) => id !== undefined),
    metadata: {
      ...labels,
      session_id: sessionId,
      ...(prompt && { prompt_commit: prompt.commit ?? 'local' }),
      ...(prompt?.name && { prompt_name: prompt.name }),
      // The thread's views read the format off a trace's first run.
      ls_message_format: 'anthropic',
    },
  }),
  inputs: ({ question, attachments = [] }) => ({
    messages: [{ role: 'user', content: question }],
    ...(attachments.length > 0 && { attachments: attachments.map(nameAndSize) }),
  }),
  bareInputs: ({ attachments = [] }) => ({
    messages: [{ role: 'user', content: NOT_RECORDED }],
    ...(attachments.length > 0 && { attachments: attachments.map(({ kind, bytes }) => ({ kind, bytes })) }),
  }),
  initial: NO_ANSWER,
  reduce: addToAnswer,
  outputs: ({ text }) => ({ messages: [{ role: 'assistant', content: text }] }),
  bareOutputs: () => ({ messages: [{ role: 'assistant', content: NOT_RECORDED }] }),
  metadata: (_request, answer) => outcomeMetadata(answer),
  feedback: scoresOf,
};

/**
 * `answered`: whether the documents held it; an answer that broke off counts, because they may have, and thanks ask nothing.
 * `citations_dropped` only where there are any: most answers have none, and each record is a request.
 */
function scoresOf({ outcome, citationsDropped }: AnswerSoFar): readonly Score[] {
  if (outcome === undefined || outcome === 'small_talk') return [];
  const answered = { key: 'answered', score: outcome === 'not_found' || outcome === 'empty_index' ? 0 : 1 };
  return citationsDropped === 0
    ? [answered]
    : [answered, { key: 'citations_dropped', score: citationsDropped }];
}

/** Of a file only what it was: its content stands in the model's request. */
function nameAndSize({ kind, name, bytes }: Attachment) {
  return { kind, name, bytes };
}
