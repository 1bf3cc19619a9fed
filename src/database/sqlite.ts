import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { ExpectedError } from '../errors.js';
import { startWorker } from '../start-worker.js';
import type { Database, ExtensionState, Row, SqlValue, Statement } from './database.js';
import { DatabaseError } from './database-error.js';
import { type Migration, migrate } from './migrate.js';
import type { SqliteReply } from './sqlite-connection.js';
import type { SqliteRequest, SqliteWorkerData } from './sqlite-worker.js';

export interface SqliteOptions {
  /**
   * How long a statement waits for another process that is writing, in milliseconds.
   * @default 5000
   */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens a SQLite file, makes it and its directory (0700) when there is none, and brings it up to date.
 *
 * The driver blocks its caller, for seconds when another process writes: it lives in a worker thread of its own, one per
 * open file. Transactions that wait at the same time share one fsync.
 *
 * @throws ExpectedError when the file cannot be opened; Error when it was used by a newer program.
 */
export async function openSqlite(
  file: string,
  migrations: readonly Migration[],
  { busyTimeoutMs = 5000 }: SqliteOptions = {},
): Promise<Database> {
  const path = resolve(file);
  let worker: Worker;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const workerData: SqliteWorkerData = { file: path, busyTimeoutMs };
    worker = await startWorker(new URL('./sqlite-worker.js', import.meta.url), { workerData });
    await once(worker, 'message');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice =
      'Check that it is a SQLite file, that this user may write it and that the disk is not full.';
    throw new ExpectedError(`Cannot open the database ${path}: ${reason}. ${advice}`, { cause });
  }
  const database = new SqliteDatabase(worker, path);
  try {
    await migrate(database, migrations);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

interface Pending {
  readonly resolve: (reply: SqliteReply) => void;
  readonly reject: (error: Error) => void;
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly extensions = new Map<string, ExtensionState>();
  readonly #worker: Worker;
  readonly #file: string;
  /** What was sent and not yet answered, in order. */
  readonly #pending: Pending[] = [];
  #ended: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, file: string) {
    this.#worker = worker;
    this.#file = file;
    worker.on('message', (replies: SqliteReply[]) => this.#settle(replies));
    worker.on('error', (error) => this.#end(error.message));
    worker.on('exit', (code) => this.#end(`exit code ${code}`));
    // Only work holds the process, not an open file.
    worker.unref();
  }

  async query(sql: string, args: readonly SqlValue[] = []): Promise<Row[]> {
    const reply = await this.#send({ type: 'query', statement: { sql, args: args.map(toMessage) } });
    return 'rows' in reply ? reply.rows : [];
  }

  async transaction(statements: readonly Statement[]): Promise<number[]> {
    const copies = statements.map(({ sql, args = [] }) => ({ sql, args: args.map(toMessage) }));
    const reply = await this.#send({ type: 'transaction', statements: copies });
    return 'changes' in reply ? reply.changes : [];
  }

  async maintain(sql: string): Promise<void> {
    await this.query(sql);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = new Error(`The database ${this.#file} is closed: nothing can be read or written any more.`);
    const exit = once(this.#worker, 'exit');
    this.#worker.ref();
    this.#worker.postMessage({ type: 'close' } satisfies SqliteRequest);
    await exit;
  }

  #send(request: SqliteRequest): Promise<SqliteReply> {
    return new Promise((resolve, reject) => {
      if (this.#ended) throw this.#ended;
      this.#worker.postMessage(request);
      if (this.#pending.push({ resolve, reject }) === 1) this.#worker.ref();
    });
  }

  #settle(replies: readonly SqliteReply[]): void {
    for (const reply of replies) {
      const pending = this.#pending.shift();
      if ('refusal' in reply) {
        const { statement, code, reason } = reply.refusal;
        pending?.reject(new DatabaseError(statement, code, reason));
      } else {
        pending?.resolve(reply);
      }
    }
    if (this.#pending.length === 0 && !this.#closing) this.#worker.unref();
  }

  #end(reason: string): void {
    this.#ended ??= new Error(
      `The worker of the database ${this.#file} stopped (${reason}). Nothing can be stored any more: restart the program.`,
    );
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended);
  }
}

/** A view is copied: to send it would copy all of the buffer that it is a part of. */
function toMessage(value: SqlValue): SqlValue {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}
