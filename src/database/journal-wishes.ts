import type { Journal } from '../slack/intake/journal.js';
import type { Database } from './database.js';
import { IN_THREAD, keyOf, THIS_MESSAGE, toKey, wishOf } from './journal-rows.js';

/** What has become of questions while they are answered. */
export function journalWishes(database: Database): Pick<Journal, 'wish' | 'stop' | 'wishes'> {
  return {
    async wish(message, wish) {
      const [noted] = await database.transaction([
        {
          sql: `UPDATE journal_message SET wish = ? WHERE ${THIS_MESSAGE} AND settled_at IS NULL`,
          args: [wish, ...keyOf(message)],
        },
      ]);
      return noted === 1;
    },

    async stop({ tenantId, channelId, threadTs }, before) {
      const rows = await database.query(
        `UPDATE journal_message SET wish = 'stopped'
         WHERE ${threadTs === undefined ? 'tenant_id = ? AND channel_id = ?' : IN_THREAD}
         AND message_ts < ? AND settled_at IS NULL AND (wish IS NULL OR wish = 'edited')
         RETURNING tenant_id, channel_id, message_ts`,
        threadTs === undefined
          ? [tenantId, channelId, before]
          : [tenantId, channelId, threadTs, threadTs, before],
      );
      return rows.map(toKey);
    },

    async wishes(messages) {
      if (messages.length === 0) return [];
      const rows = await database.query(
        `SELECT tenant_id, channel_id, message_ts, wish FROM journal_message
         WHERE wish IS NOT NULL AND (${messages.map(() => `(${THIS_MESSAGE})`).join(' OR ')})`,
        messages.flatMap(keyOf),
      );
      return rows.flatMap((row) => {
        const wish = wishOf(row);
        return wish ? [{ ...toKey(row), wish }] : [];
      });
    },
  };
}
