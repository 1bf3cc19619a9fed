export type SqlValue = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface Statement {
  /** With `?` for each argument, in both dialects. */
  readonly sql: string;
  readonly args?: readonly SqlValue[];
}

/** What everything that is stored is built on. Two backends: SQLite in a worker, Postgres. */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  query(sql: string, args?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs the statements in one durable transaction; resolves to the number of rows each changed. */
  transaction(statements: readonly Statement[]): Promise<number[]>;
  close(): Promise<void>;
}
