import type { Statement } from './database.js';

/** A statement that the database refused. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** The database's own: `SQLITE_CONSTRAINT_UNIQUE`, in Postgres `23505`. */
  readonly code: string;

  /** The message names the SQL and never a word of the arguments: these are ids and people's texts, and errors are logged. */
  constructor(statement: Statement, code: string, reason: string) {
    super(`The database refused "${statement.sql}": ${withoutArguments(reason, statement)} (${code})`);
    this.code = code;
  }
}

/** SQLite quotes from an FTS query that it cannot parse, Postgres from a value that it cannot convert. */
function withoutArguments(reason: string, { sql, args = [] }: Statement): string {
  const texts = args.filter((value) => typeof value === 'string').join('\n');
  return reason.replace(/[\p{L}\p{N}_]+/gu, (word) =>
    texts.includes(word) && !sql.includes(word) ? '…' : word,
  );
}
