import { approximateTokens } from './approximate-tokens.js';

/** How much of the room the beginning gets; the rest is the end's, where a log has its error and a message its question. */
const HEAD_SHARE = 0.7;

/** A text within about so many tokens: of a longer one the beginning and the end, with a word about what is missing. */
export function cutText(text: string, tokens: number): string {
  const all = approximateTokens(text);
  if (all <= tokens) return text;
  const room = Math.floor((text.length * tokens) / all);
  const head = wellFormed(text.slice(0, Math.floor(room * HEAD_SHARE)));
  const tail = wellFormed(text.slice(text.length - (room - head.length)));
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
}

/** Without the half of a character that the cut left at an end. */
function wellFormed(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
}
