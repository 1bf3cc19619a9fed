import type { ChatEvent, ChatMessage } from '../../rag/chat-model.js';

/** A model's reply as far as it has come. */
export interface Reply {
  readonly text: string;
  readonly message?: ChatMessage;
}

export const NO_REPLY: Reply = { text: '' };

export function addToReply(reply: Reply, event: ChatEvent): Reply {
  if (event.type === 'text') return { ...reply, text: reply.text + event.text };
  return event.type === 'end' ? { ...reply, message: event.message } : reply;
}
