import type { AnswerEvent } from '../../rag/answer-event.js';
import type { GenerateRequest } from '../../rag/generator.js';
import type { StreamSpec } from '../run-spec.js';
import { type AnswerSoFar, addToAnswer, NO_ANSWER, outcomeMetadata } from './answer-text.js';

/**
 * From passages to the answer with its sources. The passages are named only: their text stands beside this run in
 * `retrieve_documents` and below it in the model's request.
 */
export const generateResponse: StreamSpec<GenerateRequest, AnswerEvent, AnswerSoFar> = {
  name: 'generate_response',
  runType: 'chain',
  inputs: ({ question, passages }) => ({
    question,
    documents: passages.map(({ id, title, url }) => ({ id, title, url })),
  }),
  bareInputs: ({ passages }) => ({ documents: passages.map(({ id }) => ({ id })) }),
  initial: NO_ANSWER,
  reduce: addToAnswer,
  outputs: ({ text, sources }) => ({
    answer: text,
    sources: sources.map(({ number, passage: { id, title, url } }) => ({ number, id, title, url })),
  }),
  bareOutputs: ({ sources }) => ({
    sources: sources.map(({ number, passage: { id } }) => ({ number, id })),
  }),
  metadata: (_request, answer) => outcomeMetadata(answer),
};
