import type { Journal } from '../slack/intake/journal.js';
import type { Thread } from '../threads/thread.js';
import type { Database } from './database.js';

const THIS_THREAD = 'tenant_id = ? AND channel_id = ? AND thread_ts = ?';

/** What is remembered of threads. */
export function journalThreads(
  database: Database,
  now: () => number,
): Pick<Journal, 'thread' | 'knowsChannel' | 'asked' | 'joined' | 'mute'> {
  return {
    async thread(thread) {
      const [row] = await database.query(
        `SELECT asker, joined, muted FROM journal_thread WHERE ${THIS_THREAD}`,
        threadKeyOf(thread),
      );
      return (
        row && { asker: String(row.asker), joined: Number(row.joined) === 1, muted: Number(row.muted) === 1 }
      );
    },

    async knowsChannel({ tenantId, channelId }) {
      const rows = await database.query(
        'SELECT 1 FROM journal_thread WHERE tenant_id = ? AND channel_id = ? LIMIT 1',
        [tenantId, channelId],
      );
      return rows.length > 0;
    },

    async asked(thread, userId) {
      await database.transaction([
        {
          sql: `INSERT INTO journal_thread (tenant_id, channel_id, thread_ts, asker, joined, muted, updated_at)
                VALUES (?, ?, ?, ?, 0, 0, ?)
                ON CONFLICT (tenant_id, channel_id, thread_ts) DO UPDATE SET
                  joined = CASE WHEN journal_thread.asker = excluded.asker THEN journal_thread.joined ELSE 1 END,
                  updated_at = excluded.updated_at`,
          args: [...threadKeyOf(thread), userId, now()],
        },
      ]);
    },

    async joined(thread) {
      await database.transaction([
        {
          sql: `UPDATE journal_thread SET joined = 1 WHERE ${THIS_THREAD} AND joined = 0`,
          args: threadKeyOf(thread),
        },
      ]);
    },

    async mute(thread, muted) {
      const [changed] = await database.transaction([
        {
          sql: `UPDATE journal_thread SET muted = ?, updated_at = ? WHERE ${THIS_THREAD}`,
          args: [muted ? 1 : 0, now(), ...threadKeyOf(thread)],
        },
      ]);
      return changed === 1;
    },
  };
}

function threadKeyOf({ tenantId, channelId, threadTs }: Thread): [string, string, string] {
  return [tenantId, channelId, threadTs];
}
