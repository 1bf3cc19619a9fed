import type { PlainTextElement } from '@slack/types';

/** Text that is shown as it is: no markup, and no :emoji: by name. */
export function plainText(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}
