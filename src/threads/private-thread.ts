import type { Thread } from './thread.js';

/**
 * Private answers belong to no message. What a person asks privately in a channel is one conversation: its thread is the pair
 * of channel and user. A user id is no timestamp, so no thread of messages can be the same.
 */
export function privateThread({
  tenantId,
  channelId,
  userId,
}: {
  readonly tenantId: string;
  readonly channelId: string;
  readonly userId: string;
}): Thread {
  return { tenantId, channelId, threadTs: userId };
}
