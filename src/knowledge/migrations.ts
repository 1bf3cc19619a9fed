import type { Extension, Migration } from '../database/migrate.js';
import { PGVECTOR } from './index/pgvector.js';

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

/**
 * Rows of vectors must stay in the table's own pages, where a scan reads them in their order: by default Postgres moves
 * what is longer than 2 KB elsewhere. It can be made anew at any time: `knowledge_chunk.embedding` keeps what is in it.
 */
const vectors = [
  'DROP TABLE IF EXISTS knowledge_vector',
  "DELETE FROM knowledge_index WHERE name = 'vectors_carried'",
  `CREATE TABLE knowledge_vector (
    number BIGINT PRIMARY KEY REFERENCES knowledge_chunk ON DELETE CASCADE,
    source TEXT NOT NULL,
    embedding vector NOT NULL
  ) WITH (toast_tuple_target = 8160)`,
  'CREATE INDEX knowledge_vector_source ON knowledge_vector (source)',
];

/**
 * 0.8 goes on searching when a filter refused what it found. Of 21,000 vectors that spread in 32 directions, 200 candidates
 * hold .99 of the 100 nearest, and the ten nearest always; 100, the least there must be, hold .95.
 */
const pgvector: Extension = {
  name: PGVECTOR,
  atLeast: '0.8.0',
  settings: { 'hnsw.ef_search': '200', 'hnsw.iterative_scan': 'relaxed_order' },
};

/** Documents, their chunks and what they are searched by. */
export const knowledgeMigrations: readonly Migration[] = [
  {
    schema: 'knowledge',
    version: 1,
    sqlite: tables('INTEGER PRIMARY KEY AUTOINCREMENT', 'BLOB'),
    postgres: tables('BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'BYTEA'),
  },
  { schema: 'knowledge', version: 2, sqlite: lease, postgres: lease },
  { schema: 'knowledge_vector', version: 1, sqlite: [], postgres: vectors, extension: pgvector },
];
