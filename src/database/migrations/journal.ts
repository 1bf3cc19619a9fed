import type { Migration } from '../migrate.js';

/** Both dialects read BIGINT as a 64-bit integer. Times are milliseconds since 1970; a null `settled_at` is an open question. */
const version1 = [
  `CREATE TABLE journal_message (
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    message_ts TEXT NOT NULL,
    thread_ts TEXT NOT NULL,
    owner TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    PRIMARY KEY (tenant_id, channel_id, message_ts)
  )`,
  `CREATE TABLE journal_file (
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    message_ts TEXT NOT NULL,
    file_id TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, message_ts, file_id),
    FOREIGN KEY (tenant_id, channel_id, message_ts) REFERENCES journal_message ON DELETE CASCADE
  )`,
  'CREATE INDEX journal_message_open ON journal_message (settled_at, lease_until)',
];

/** `joined` and `muted` are 0 or 1. */
const version2 = [
  `CREATE TABLE journal_answer (
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    message_ts TEXT NOT NULL,
    answer_ts TEXT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, message_ts, answer_ts),
    FOREIGN KEY (tenant_id, channel_id, message_ts) REFERENCES journal_message ON DELETE CASCADE
  )`,
  `CREATE TABLE journal_thread (
    tenant_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    thread_ts TEXT NOT NULL,
    asker TEXT NOT NULL,
    joined BIGINT NOT NULL,
    muted BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, channel_id, thread_ts)
  )`,
];

/** `wish` is what has become of a question while it is answered: 'stopped', 'edited' or 'deleted'. */
const version3 = [
  'ALTER TABLE journal_message ADD COLUMN wish TEXT',
  'ALTER TABLE journal_message ADD COLUMN asked_revision BIGINT NOT NULL DEFAULT 0',
];

/** The last of each report that is posted by itself; `done` is 0 or 1. */
const version4 = [
  `CREATE TABLE journal_report (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    done BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, name)
  )`,
];

/** The journal holds ids and states only, never text that a person wrote. */
export const journalMigrations: readonly Migration[] = [
  { schema: 'journal', version: 1, sqlite: version1, postgres: version1 },
  { schema: 'journal', version: 2, sqlite: version2, postgres: version2 },
  { schema: 'journal', version: 3, sqlite: version3, postgres: version3 },
  { schema: 'journal', version: 4, sqlite: version4, postgres: version4 },
];
