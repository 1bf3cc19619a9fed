import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import { partBlocks } from './blocks.js';
import type { MessageCalls } from './message-calls.js';
import type { OwnMessages } from './own-messages.js';
import { splitMarkdown } from './split-markdown.js';
import { uploadMarkdown } from './upload-markdown.js';

export interface PostRestOptions {
  readonly client: WebClient;
  readonly calls: MessageCalls;
  readonly own: OwnMessages;
  readonly budget: SlackBudget;
  readonly channel: string;
  readonly threadTs: string;
  readonly runId: string;
  /** For files. */
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
  /** How many messages the answer has already. */
  readonly messages: number;
  /** With the time before which it cannot have been seen. */
  readonly onShown: (ts: string, notBefore: number) => void;
  readonly now: () => number;
}

/** Slack's `text` is refused from about 4,000 characters; longer answers are posted in parts. */
const MAX_POST_BYTES = 3_800;
/** What does not fit into so many messages becomes a file. */
export const MAX_MESSAGES = 3;
const REST_IN_FILE = 'The rest of the answer is in this file.';

/**
 * Posts what could not be streamed, in messages and then as a file, and ends with `blocks`. Rejects when Slack takes no
 * message at all.
 */
export async function postRest(
  text: string,
  blocks: readonly KnownBlock[],
  options: PostRestOptions,
): Promise<void> {
  const { calls, runId, onShown, now } = options;
  let left = text;
  let messages = options.messages;
  let mayUpload = true;
  do {
    if (messages >= MAX_MESSAGES && mayUpload && left.trim() !== '') {
      mayUpload = false;
      if (await uploaded(left, options)) left = '';
    }
    const { head, close, reopen, rest } = splitMarkdown('', left, MAX_POST_BYTES);
    left = rest && reopen + rest;
    if (head.trim() === '' && (left !== '' || blocks.length === 0)) continue;
    const part = `${runId}:${messages}`;
    const notBefore = now();
    onShown((await calls.post(part, head + close, left ? partBlocks(runId) : blocks)) ?? part, notBefore);
    messages += 1;
  } while (left !== '');
}

async function uploaded(text: string, options: PostRestOptions): Promise<boolean> {
  try {
    await uploadMarkdown({ ...options, filename: 'answer.md', text, comment: REST_IN_FILE });
    return true;
  } catch (error) {
    options.log.warn(
      { slackError: String(error) },
      'no file could be uploaded: the answer goes on in messages',
    );
    return false;
  }
}
