/** Text has no NUL characters, a whole number is at most 2^53 - 1: anything else is refused, never changed. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  /** One statement, with `?` for each argument, in both dialects. What follows a `;` is not run. */
  readonly sql: string;
  readonly args?: readonly SqlValue[];
}

/**
 * What everything that is stored is built on. Two backends: SQLite in a worker, Postgres. A Postgres that cannot be reached
 * rejects everything with an `ExpectedError`, until it can.
 */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** Also for a single durable statement that returns rows: UPDATE … RETURNING. Rejects with a `DatabaseError`. */
  query(sql: string, args?: readonly SqlValue[]): Promise<Row[]>;
  /**
   * Runs the statements in one durable transaction; resolves to the number of rows each changed. Rejects with a
   * `DatabaseError` when one is refused: then nothing of it is kept.
   */
  transaction(statements: readonly Statement[]): Promise<number[]>;
  /** Waits for what was sent. */
  close(): Promise<void>;
}
