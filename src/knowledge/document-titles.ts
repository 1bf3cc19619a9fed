import type { Database } from '../database/database.js';

/** Titles of documents, each once, those that changed last first. Reads every document's first chunk: not for each question. */
export async function documentTitles(database: Database, most: number): Promise<string[]> {
  const rows = await database.query(
    `SELECT title FROM knowledge_chunk WHERE ordinal = 0
      GROUP BY title ORDER BY COALESCE(MAX(updated_at), '') DESC, title LIMIT ?`,
    [most],
  );
  return rows.map(({ title }) => String(title));
}
