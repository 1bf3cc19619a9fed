import type { Journal, OpenQuestion } from '../slack/intake/journal.js';
import type { Database, Row, SqlValue } from './database.js';
import { IN_THREAD, keyOf, THIS_MESSAGE, toKey, wishOf } from './journal-rows.js';
import { journalThreads } from './journal-threads.js';
import { journalWishes } from './journal-wishes.js';

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
  /** How long a thread without a question is remembered, in milliseconds. @default 90 days */
  readonly keepThreadsMs?: number;
}

const DAY_MS = 24 * 3600_000;

/**
 * In Postgres two replicas may look at the same moment: a row that one of them has in hand, to take or to settle it, is
 * none for the other to wait for. In SQLite a write waits for the one before it.
 */
const SKIP_TAKEN = { sqlite: '', postgres: 'FOR UPDATE SKIP LOCKED' } as const;

/** The journal on a database that `journalMigrations` have prepared. */
export function createJournal(database: Database, options: JournalOptions): Journal {
  const {
    owner,
    now = Date.now,
    leaseMs = 45_000,
    keepMs = 7 * DAY_MS,
    keepThreadsMs = 90 * DAY_MS,
  } = options;
  const write = (sql: string, args: SqlValue[]) => database.transaction([{ sql, args }]);

  return {
    ...journalThreads(database, now),
    ...journalWishes(database),

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
      await write(`UPDATE journal_message SET settled_at = ? WHERE ${THIS_MESSAGE} AND settled_at IS NULL`, [
        now(),
        ...keyOf(message),
      ]);
    },

    async finish(question) {
      const [finished] = await write(
        `UPDATE journal_message SET settled_at = ? WHERE ${THIS_MESSAGE}
         AND settled_at IS NULL AND revision = ? AND (wish IS NULL OR wish = 'stopped')`,
        [now(), ...keyOf(question), question.revision],
      );
      return finished === 1;
    },

    async answersIn({ tenantId, channelId, threadTs }) {
      const thread = [tenantId, channelId, threadTs, threadTs];
      const [answers, others] = await Promise.all([
        database.query(
          `SELECT answer_ts FROM journal_message NATURAL JOIN journal_answer WHERE ${IN_THREAD}`,
          thread,
        ),
        database.query(
          `SELECT 1 FROM journal_message WHERE ${IN_THREAD}
           AND settled_at IS NULL AND owner <> ? AND lease_until >= ? LIMIT 1`,
          [...thread, owner, now()],
        ),
      ]);
      return { answerTs: answers.map((row) => String(row.answer_ts)), othersAtWork: others.length > 0 };
    },

    async find(message) {
      const [[row], answers] = await Promise.all([
        database.query(`SELECT * FROM journal_message WHERE ${THIS_MESSAGE}`, keyOf(message)),
        database.query(
          `SELECT answer_ts FROM journal_answer WHERE ${THIS_MESSAGE} ORDER BY answer_ts`,
          keyOf(message),
        ),
      ]);
      const answerTs = answers.map((answer) => String(answer.answer_ts));
      return (
        row && {
          ...toOpenQuestion(row),
          settled: row.settled_at !== null,
          answerTs,
          askedRevision: Number(row.asked_revision),
          wish: wishOf(row),
        }
      );
    },

    async answerBegan(message, answerTs) {
      await write(
        `INSERT INTO journal_answer (tenant_id, channel_id, message_ts, answer_ts)
         SELECT tenant_id, channel_id, message_ts, ? FROM journal_message WHERE ${THIS_MESSAGE}
         ON CONFLICT DO NOTHING`,
        [answerTs, ...keyOf(message)],
      );
    },

    async forgetAnswer(message) {
      await write(`DELETE FROM journal_answer WHERE ${THIS_MESSAGE}`, keyOf(message));
    },

    async reopen(message) {
      const [row] = await database.query(
        `UPDATE journal_message SET owner = ?, lease_until = ?, revision = revision + 1,
           asked_revision = revision + 1, settled_at = NULL, wish = NULL
         WHERE ${THIS_MESSAGE} RETURNING *`,
        [owner, now() + leaseMs, ...keyOf(message)],
      );
      return row && toOpenQuestion(row);
    },

    async takeOver({ all }) {
      const at = now();
      // One statement is one transaction: of two callers the second finds the lease already extended.
      const rows = await database.query(
        `UPDATE journal_message SET owner = ?, lease_until = ?, revision = revision + 1,
           asked_revision = CASE WHEN wish = 'edited' THEN revision + 1 ELSE asked_revision END,
           wish = CASE WHEN wish = 'edited' THEN NULL ELSE wish END
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
        { sql: 'DELETE FROM journal_thread WHERE updated_at < ?', args: [now() - keepThreadsMs] },
      ]);
    },
  };
}

function byAge(a: Row, b: Row): number {
  return (
    Number(a.created_at) - Number(b.created_at) || (String(a.message_ts) < String(b.message_ts) ? -1 : 1)
  );
}

function toOpenQuestion(row: Row): OpenQuestion {
  return { ...toKey(row), threadTs: String(row.thread_ts), revision: Number(row.revision) };
}
