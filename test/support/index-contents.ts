import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { KNOWLEDGE_FILE, knowledgeMigrations } from '../../src/knowledge/migrations.js';

/** One more connection to the index in a data directory. */
export async function openIndex(dataDir: string): Promise<Database> {
  const database = await openSqlite(join(dataDir, KNOWLEDGE_FILE), knowledgeMigrations);
  onTestFinished(() => database.close());
  return database;
}

/** All that an index holds, but for the numbers of chunks and versions, which say in which order it came. */
export async function indexContents(database: Database): Promise<unknown> {
  const [integrity, documents, chunks, model] = await Promise.all([
    database.query('PRAGMA integrity_check'),
    database.query('SELECT * FROM knowledge_document ORDER BY id'),
    database.query(
      `SELECT id, document_id, source, ordinal, title, headings, body, url, content_hash, updated_at,
        hex(postings) AS postings, hex(embedding) AS embedding FROM knowledge_chunk ORDER BY id`,
    ),
    database.query("SELECT value FROM knowledge_index WHERE name = 'embedding_model'"),
  ]);
  return { integrity, documents, chunks, model };
}

export async function countDocuments(database: Database): Promise<number> {
  const [row] = await database.query('SELECT count(*) AS documents FROM knowledge_document');
  return Number(row?.documents);
}
