import type { Journal, OpenQuestion } from '../slack/journal.js';
import type { MessageKey } from '../threads/thread.js';
import type { Database, Row } from './database.js';

export interface JournalOptions {
  /** This process's name: the same after its restart, and no other's. */
  readonly owner: string;
  /** @default Date.now */
  readonly now?: () => number;
  /**
   * How long a question is safe from other processes after its claim or the last `renew`, in milliseconds. A shorter
   * lease finds the questions of a dead process sooner, and takes those of one that merely hung.
   * @default 45_000
   */
  readonly leaseMs?: number;
  /**
   * How long a settled message is remembered, in milliseconds. Slack's last redelivery comes after about 6 minutes.
   * @default 7 days
   */
  readonly keepMs?: number;
}

/**
 * In Postgres two replicas may look at the same moment: a row that one of them has in hand, to take or to settle it, is
 * none for the other to wait for. In SQLite a write waits for the one before it.
 */
const SKIP_TAKEN = { sqlite: '', postgres: 'FOR UPDATE SKIP LOCKED' } as const;

/** The journal on a database that `journalMigrations` have prepared. */
export function createJournal(
  database: Database,
  { owner, now = Date.now, leaseMs = 45_000, keepMs = 7 * 24 * 3600_000 }: JournalOptions,
): Journal {
  return {
    async claim(message, threadTs, fileIds) {
      const at = now();
      const [inserted] = await database.transaction([
        {
          sql: `INSERT INTO journal_message
                  (tenant_id, channel_id, message_ts, thread_ts, owner, lease_until, revision, created_at)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
          args: [...keyOf(message), threadTs, owner, at + leaseMs, at],
        },
        ...fileIds.map((fileId, position) => ({
          sql: `INSERT INTO journal_file (tenant_id, channel_id, message_ts, file_id, added_at, position)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          args: [...keyOf(message), fileId, at, position],
        })),
      ]);
      return inserted === 1 ? 'first' : 'seen';
    },

    async fileIds(message) {
      const rows = await database.query(
        `SELECT file_id FROM journal_file WHERE tenant_id = ? AND channel_id = ? AND message_ts = ?
         ORDER BY added_at, position`,
        keyOf(message),
      );
      return rows.map((row) => String(row.file_id));
    },

    async settle(message) {
      await database.transaction([
        {
          sql: `UPDATE journal_message SET settled_at = ?
                WHERE tenant_id = ? AND channel_id = ? AND message_ts = ? AND settled_at IS NULL`,
          args: [now(), ...keyOf(message)],
        },
      ]);
    },

    async takeOver({ all }) {
      const at = now();
      // One statement is one transaction: of two callers the second finds the lease already extended.
      const rows = await database.query(
        `UPDATE journal_message SET owner = ?, lease_until = ?, revision = revision + 1
         WHERE (tenant_id, channel_id, message_ts) IN (
           SELECT tenant_id, channel_id, message_ts FROM journal_message
           WHERE settled_at IS NULL AND (lease_until < ? OR owner = ?) ${SKIP_TAKEN[database.dialect]})
         RETURNING tenant_id, channel_id, message_ts, thread_ts, revision, created_at`,
        [owner, at + leaseMs, at, all ? owner : null],
      );
      return rows.sort(byAge).map(toOpenQuestion);
    },

    async renew(messages) {
      if (messages.length === 0) return;
      const until = now() + leaseMs;
      await database.transaction(
        messages.map((message) => ({
          // Another process may have taken it meanwhile: then it is not ours to keep.
          sql: `UPDATE journal_message SET lease_until = ?
                WHERE tenant_id = ? AND channel_id = ? AND message_ts = ? AND owner = ? AND settled_at IS NULL`,
          args: [until, ...keyOf(message), owner],
        })),
      );
    },

    async prune() {
      await database.transaction([
        { sql: 'DELETE FROM journal_message WHERE settled_at < ?', args: [now() - keepMs] },
      ]);
    },
  };
}

function keyOf({ tenantId, channelId, messageTs }: MessageKey): [string, string, string] {
  return [tenantId, channelId, messageTs];
}

function byAge(a: Row, b: Row): number {
  return (
    Number(a.created_at) - Number(b.created_at) || (String(a.message_ts) < String(b.message_ts) ? -1 : 1)
  );
}

function toOpenQuestion(row: Row): OpenQuestion {
  return {
    tenantId: String(row.tenant_id),
    channelId: String(row.channel_id),
    messageTs: String(row.message_ts),
    threadTs: String(row.thread_ts),
    revision: Number(row.revision),
  };
}
