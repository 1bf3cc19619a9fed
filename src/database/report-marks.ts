import type { ReportMarks } from '../slack/surfaces/weekly-report.js';
import type { Database } from './database.js';

export interface ReportMarksOptions {
  readonly tenantId: string;
  /** Which report. */
  readonly name: string;
  /** @default Date.now */
  readonly now?: () => number;
}

/** Longer than a report takes; one that failed is tried again after it. */
const LEASE_MS = 10 * 60_000;

/** On a database that `journalMigrations` have prepared. */
export function createReportMarks(
  database: Database,
  { tenantId, name, now = Date.now }: ReportMarksOptions,
): ReportMarks {
  return {
    async begin(dueAt) {
      const at = now();
      const [taken] = await database.transaction([
        {
          sql: `INSERT INTO journal_report (tenant_id, name, due_at, lease_until, done) VALUES (?, ?, ?, ?, 0)
                ON CONFLICT (tenant_id, name) DO UPDATE SET
                  due_at = excluded.due_at, lease_until = excluded.lease_until, done = 0
                WHERE journal_report.due_at < excluded.due_at OR (journal_report.due_at = excluded.due_at
                  AND journal_report.done = 0 AND journal_report.lease_until <= ?)`,
          args: [tenantId, name, dueAt, at + LEASE_MS, at],
        },
      ]);
      return taken === 1;
    },

    async done(dueAt) {
      await database.transaction([
        {
          sql: 'UPDATE journal_report SET done = 1 WHERE tenant_id = ? AND name = ? AND due_at = ?',
          args: [tenantId, name, dueAt],
        },
      ]);
    },
  };
}
