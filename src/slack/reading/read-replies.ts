import type { WebClient } from '@slack/web-api';
import { patiently } from '../connection/patiently.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import type { OpenQuestion } from '../intake/journal.js';
import { record } from '../unknown-json.js';

export type Reply = NonNullable<
  Awaited<ReturnType<WebClient['conversations']['replies']>>['messages']
>[number];

const MAX_WAIT_MS = 10_000;

/** A question as Slack has it now and what was written after it, oldest first; nothing when the thread is gone. */
export async function readReplies(
  client: WebClient,
  { channelId, threadTs, messageTs }: OpenQuestion,
): Promise<Reply[]> {
  const where = { channel: channelId, ts: threadTs, oldest: messageTs, inclusive: true, limit: 200 };
  const read = () => client.conversations.replies({ ...where, include_all_metadata: true });
  try {
    const { messages = [] } = await patiently(read, MAX_WAIT_MS);
    // The thread's first message comes with every page.
    return messages.filter((message) => (message.ts ?? '') >= messageTs && !isDeleted(message));
  } catch (error) {
    if (slackErrorCode(error) === 'thread_not_found') return [];
    throw error;
  }
}

/** What Slack leaves of a deleted message that has replies. */
function isDeleted(message: Reply): boolean {
  return record(message).subtype === 'tombstone';
}
