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

/** The journal holds ids and states only, never text that a person wrote. */
export const journalMigrations: readonly Migration[] = [
  { schema: 'journal', version: 1, sqlite: version1, postgres: version1 },
];
