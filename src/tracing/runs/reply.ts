import type { ChatEvent, ChatMessage, TokenUsage } from '../../rag/chat-model.js';

/** A model's reply as far as it has come. */
export interface Reply {
  readonly text: string;
  /** What was said of it before its first word: all that is known of a reply that was stopped. */
  readonly begun?: { readonly model: string; readonly usage: TokenUsage };
  readonly message?: ChatMessage;
}

export const NO_REPLY: Reply = { text: '' };

export function addToReply(reply: Reply, event: ChatEvent): Reply {
  switch (event.type) {
    case 'begin':
      return { ...reply, begun: { model: event.model, usage: event.usage } };
    case 'text':
      return { ...reply, text: reply.text + event.text };
    case 'citation':
      return reply;
    case 'end':
      return { ...reply, message: event.message };
  }
}
