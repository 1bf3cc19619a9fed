import type { KnownBlock } from '@slack/types';
import type { PrivateMessage } from '../connection/response-url.js';
import { splitMarkdown } from './split-markdown.js';

/** In bytes of UTF-8. A message's blocks may hold 12,000 characters of Markdown, the sources need room too. */
const MAX_PART_BYTES = 9_000;
/** A response_url is good for five messages: one may have to be sent again, and one says that the question was taken. */
const MAX_PARTS = 3;
/** For notifications. */
const MAX_FALLBACK_CHARS = 200;
const CUT_OFF =
  '\n\n_This is as much as Slack lets me show privately. Ask me in a channel or in a direct message to read all of it._';

/**
 * An answer in as many messages as it takes, each with its feedback buttons: `blocks` under the last, `partBlocks` under those
 * before. One that is longer than Slack allows ends with a word that says so.
 */
export function privateMessages(
  text: string,
  blocks: readonly KnownBlock[],
  partBlocks: readonly KnownBlock[],
): PrivateMessage[] {
  const parts: string[] = [];
  for (let left = text.trim(); left !== '' && parts.length < MAX_PARTS; ) {
    const { head, close, reopen, rest } = splitMarkdown('', left, MAX_PART_BYTES);
    left = rest && reopen + rest;
    parts.push(head + close + (rest && parts.length === MAX_PARTS - 1 ? CUT_OFF : ''));
  }
  return parts.map((part, index) => ({
    text: part.slice(0, MAX_FALLBACK_CHARS),
    blocks: [{ type: 'markdown', text: part }, ...(index === parts.length - 1 ? blocks : partBlocks)],
  }));
}
