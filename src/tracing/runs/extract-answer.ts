import type { ChatEvent, ChatRequest } from '../../rag/chat-model.js';
import type { StreamSpec } from '../run-spec.js';
import { addToReply, NO_REPLY, type Reply } from './reply.js';

/** An answer of quotes, where no model is asked: a chain, without model and tokens. */
export const extractAnswer: StreamSpec<ChatRequest, ChatEvent, Reply> = {
  name: 'extract_answer',
  runType: 'chain',
  inputs: ({ question, passages }) => ({
    question,
    documents: passages.map(({ id, title, url }) => ({ id, title, url })),
  }),
  bareInputs: ({ passages }) => ({ documents: passages.map(({ id }) => ({ id })) }),
  initial: NO_REPLY,
  reduce: addToReply,
  outputs: ({ text }) => ({ answer: text }),
};
