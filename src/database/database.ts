/** Text has no NUL characters, a whole number is at most 2^53 - 1: anything else is refused, never changed. */
export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  /** One statement, with `?` for each argument, in both dialects. What follows a `;` is not run. */
  readonly sql: string;
  readonly args?: readonly SqlValue[];
}

/** Whether the server has an extension that migrations ask for. */
export type ExtensionState =
  /** `id` is another once it was dropped and made anew: what was built on it is gone then. */
  | { readonly usable: true; readonly id: string }
  /** `reason` is for the admin: what is missing, and what to do. */
  | { readonly usable: false; readonly reason: string };

/**
 * What everything that is stored is built on. Two backends: SQLite in a worker, Postgres. A Postgres that cannot be reached
 * rejects everything with an `ExpectedError`, until it can.
 */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** By name, those that the migrations ask for; none in SQLite. */
  readonly extensions: ReadonlyMap<string, ExtensionState>;
  /** Also for a single durable statement that returns rows: UPDATE … RETURNING. Rejects with a `DatabaseError`. */
  query(sql: string, args?: readonly SqlValue[]): Promise<Row[]>;
  /**
   * Runs the statements in one durable transaction; resolves to the number of rows each changed. Rejects with a
   * `DatabaseError` when one is refused: then nothing of it is kept.
   */
  transaction(statements: readonly Statement[]): Promise<number[]>;
  /**
   * Runs a statement that may take an hour and that no transaction holds: CREATE INDEX CONCURRENTLY.
   *
   * @param settings of the session that it runs in, for Postgres
   */
  maintain(sql: string, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Waits for what was sent. */
  close(): Promise<void>;
}
