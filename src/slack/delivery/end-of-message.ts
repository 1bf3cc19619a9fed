import { type Cut, seam, splitMarkdown } from './split-markdown.js';

/** Slack refuses a streamed message at about 10.6 kB; the closing blocks need room too. */
export const MAX_MESSAGE_BYTES = 9_000;
/** Slack ends a stream after about 5 minutes. From the first on it is ended at a sentence, from the second on anywhere. */
const MAX_AGE_MS = 240_000;
export const MAX_AGE_AT_ANY_PLACE_MS = 270_000;

const SENTENCE_END = /(?:[.!?]["')\]*_]*|\n)\s*$/;
const TO_SENTENCE_END = /^[\s\S]*?(?:[.!?]["')\]*_]*(?=\s)|\n)\s*/;

/** Where a streamed message ends that is full or has streamed for long enough; undefined while it goes on. */
export function endOfMessage(text: string, pending: string, ageMs: number): Cut | undefined {
  const cut = splitMarkdown(text, pending, MAX_MESSAGE_BYTES);
  if (cut.rest !== '') return cut;
  if (ageMs < MAX_AGE_MS) return undefined;
  const sentence = SENTENCE_END.test(text) ? '' : TO_SENTENCE_END.exec(pending)?.[0];
  if (sentence === undefined && ageMs < MAX_AGE_AT_ANY_PLACE_MS) return undefined;
  const head = sentence ?? '';
  const rest = pending.slice(head.length);
  return { head, rest, ...seam(text + head, rest) };
}
