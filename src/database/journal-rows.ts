import type { Wish } from '../slack/intake/journal.js';
import type { MessageKey } from '../threads/thread.js';
import type { Row } from './database.js';

export const THIS_MESSAGE = 'tenant_id = ? AND channel_id = ? AND message_ts = ?';
/** A reply is newer than its thread, which bounds the rows to look at by the primary key. */
export const IN_THREAD = 'tenant_id = ? AND channel_id = ? AND message_ts >= ? AND thread_ts = ?';

export function keyOf({ tenantId, channelId, messageTs }: MessageKey): [string, string, string] {
  return [tenantId, channelId, messageTs];
}

export function toKey(row: Row): MessageKey {
  return {
    tenantId: String(row.tenant_id),
    channelId: String(row.channel_id),
    messageTs: String(row.message_ts),
  };
}

export function wishOf({ wish }: Row): Wish | undefined {
  return wish === 'stopped' || wish === 'edited' || wish === 'deleted' ? wish : undefined;
}
