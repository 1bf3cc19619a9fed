import type { Migration } from '../database/migrate.js';

/** The file in `DATA_DIR` that `npm run ingest` writes and a running bot reads. */
export const KNOWLEDGE_FILE = 'knowledge.db';

/**
 * `number` is never given twice (AUTOINCREMENT): a reader that still holds the number of a chunk that is gone finds
 * nothing, not another document's words. `version` is the index version that brought the chunk or its vector, `postings` what
 * its words count, `embedding` its vector of unit length as little-endian float32.
 */
const tables = (number: string, bytes: string) => [
  `CREATE TABLE knowledge_source (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    location TEXT NOT NULL,
    options TEXT NOT NULL,
    refreshed_at TEXT
  )`,
  `CREATE TABLE knowledge_document (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    path TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    fingerprint TEXT NOT NULL
  )`,
  'CREATE INDEX knowledge_document_source ON knowledge_document (source)',
  `CREATE TABLE knowledge_chunk (
    number ${number},
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    source TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    title TEXT NOT NULL,
    headings TEXT NOT NULL,
    body TEXT NOT NULL,
    url TEXT,
    content_hash TEXT NOT NULL,
    updated_at TEXT,
    version BIGINT NOT NULL,
    postings ${bytes} NOT NULL,
    embedding ${bytes}
  )`,
  'CREATE INDEX knowledge_chunk_document ON knowledge_chunk (document_id)',
  'CREATE INDEX knowledge_chunk_source ON knowledge_chunk (source)',
  'CREATE INDEX knowledge_chunk_version ON knowledge_chunk (version)',
  'CREATE TABLE knowledge_index (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  "INSERT INTO knowledge_index (name, value) VALUES ('version', '0')",
];

/** Who is at work on a source, or on all ("*"). Times are milliseconds since 1970. */
const lease = [
  `CREATE TABLE knowledge_lease (
    source TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    holder TEXT NOT NULL,
    since BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
];

/** Documents, their chunks and what they are searched by. */
export const knowledgeMigrations: readonly Migration[] = [
  {
    schema: 'knowledge',
    version: 1,
    sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'BLOB'),
    postgres: tables('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'BYTEA'),
  },
  { schema: 'knowledge', version: 2, sqlite: lease, postgres: lease },
];
