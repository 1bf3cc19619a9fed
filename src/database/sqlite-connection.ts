import { type Client, createClient, type InValue, LibsqlError, type Value } from '@libsql/client/sqlite3';
import type { Row, SqlValue, Statement } from './database.js';

/** What the worker answers. A refusal crosses as plain values: an Error would lose its code on the way. */
export type SqliteReply =
  | { readonly rows: Row[] }
  | { readonly changes: number[] }
  | { readonly refusal: { readonly statement: Statement; readonly code: string; readonly reason: string } };

const BEGIN: Statement = { sql: 'BEGIN IMMEDIATE' };
const COMMIT: Statement = { sql: 'COMMIT' };

/**
 * One connection to a SQLite file. It blocks its thread.
 *
 * Transactions are spelled out as statements: the client's own `transaction()` gives its connection away and goes on
 * with a new one that has lost every pragma.
 */
export class SqliteConnection {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @param busyTimeoutMs how long a statement waits for another process's transaction before `SQLITE_BUSY` */
  static async open(file: string, busyTimeoutMs: number): Promise<SqliteConnection> {
    // `%`, `?` and `#` mean something in a url, and may stand in the name of a directory.
    const url = `file:${file.replace(/[%?#]/g, encodeURIComponent)}`;
    const client = createClient({ url, timeout: busyTimeoutMs });
    await client.execute('PRAGMA journal_mode = WAL');
    // FULL: every commit is on the disk before it is reported. NORMAL would lose the last ones when the power fails.
    await client.execute('PRAGMA synchronous = FULL');
    await client.execute('PRAGMA foreign_keys = ON');
    return new SqliteConnection(client);
  }

  async query(statement: Statement): Promise<SqliteReply> {
    try {
      return { rows: (await this.#execute(statement)).rows };
    } catch (error) {
      return refuse(statement, error);
    }
  }

  /**
   * Commits all transactions with one fsync. When one of them fails nothing of the group is kept, and each is run again
   * alone, so that none fails for another's sake.
   */
  async commit(group: readonly (readonly Statement[])[]): Promise<SqliteReply[]> {
    let current = BEGIN;
    const run = (statement: Statement) => {
      current = statement;
      return this.#execute(statement);
    };
    try {
      await run(BEGIN);
    } catch (error) {
      // Another process holds the file: the others of the group would only wait as long for the same answer.
      return group.map(() => refuse(current, error));
    }
    try {
      const results: SqliteReply[] = [];
      for (const statements of group) {
        const changes: number[] = [];
        for (const statement of statements) changes.push((await run(statement)).changed);
        results.push({ changes });
      }
      await run(COMMIT);
      return results;
    } catch (error) {
      await this.#rollBack();
      if (group.length === 1) return [refuse(current, error)];
    }
    const results: SqliteReply[] = [];
    for (const statements of group) results.push(...(await this.commit([statements])));
    return results;
  }

  close(): void {
    this.#client.close();
  }

  async #execute({ sql, args = [] }: Statement): Promise<{ rows: Row[]; changed: number }> {
    const { columns, rows, rowsAffected } = await this.#client.execute(sql, args.map(toDriver));
    const plain = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, fromDriver(row[i])])));
    // The driver counts 0 for a statement that returns rows, also for INSERT … RETURNING.
    return { rows: plain, changed: columns.length > 0 ? rows.length : rowsAffected };
  }

  async #rollBack(): Promise<void> {
    // A full disk or an I/O error has already ended the transaction: then there is nothing to roll back.
    await this.#client.execute('ROLLBACK').catch(() => {});
  }
}

function toDriver(value: SqlValue): InValue {
  // The driver binds every number as a REAL: 1 would be read back as "1.0" where no column's type corrects it.
  if (Number.isSafeInteger(value)) return BigInt(Number(value));
  // It stores such a text whole but reads it back cut off; Postgres refuses it too.
  if (typeof value === 'string' && value.includes('\0')) {
    throw new RangeError('expected text without NUL characters, got one with; remove them before storing it');
  }
  return value;
}

function fromDriver(value: Value | undefined): SqlValue {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}

function refuse(statement: Statement, error: unknown): SqliteReply {
  if (!(error instanceof LibsqlError))
    return { refusal: { statement, code: 'ERR_VALUE', reason: String(error) } };
  // The client puts its code before SQLite's words; the cause has them alone.
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return { refusal: { statement, code: error.extendedCode ?? error.code, reason } };
}
