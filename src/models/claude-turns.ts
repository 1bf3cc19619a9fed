import type Anthropic from '@anthropic-ai/sdk';
import type { Turn } from '../threads/turn.js';

/** A message whose content is always a list, so that more can be said in it. */
export interface ClaudeMessage {
  readonly role: Turn['role'];
  readonly content: Anthropic.ContentBlockParam[];
}

/**
 * The thread before a question as Claude's messages: a block a turn, those of one side in a row as one message, begun by a
 * user as the API wants it. A turn always gives the same block, whoever joins later: a longer thread begins with the very
 * blocks of the shorter one, which is what the prompt cache goes by.
 */
export function turnMessages(turns: readonly Turn[]): ClaudeMessage[] {
  const messages: ClaudeMessage[] = [];
  for (const { role, text, userId } of turns) {
    // The API refuses empty text blocks; a message of only a file or an emoji markup can come to that.
    if (text.trim() === '' || (messages.length === 0 && role === 'assistant')) continue;
    addTo(messages, role, [{ type: 'text', text: role === 'user' ? saidBy(userId, text) : text }]);
  }
  return messages;
}

/** Adds to the last message where it is of the same side. */
export function addTo(
  messages: ClaudeMessage[],
  role: Turn['role'],
  content: Anthropic.ContentBlockParam[],
): void {
  const last = messages.at(-1);
  if (last?.role === role) last.content.push(...content);
  else messages.push({ role, content });
}

/** What a person wrote, with the line that tells people apart. */
export function saidBy(userId: string | undefined, text: string): string {
  return userId ? `${userId} wrote:\n${text}` : text;
}
