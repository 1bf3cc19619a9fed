import type { ClientBase, Pool } from 'pg';
import type { Database, ExtensionState, Row, SqlValue, Statement } from './database.js';
import { DatabaseError } from './database-error.js';
import { type Migration, migrate } from './migrate.js';
import { prepare, runQuery, runTransaction } from './postgres-connection.js';
import { findExtensions } from './postgres-extensions.js';
import { createPostgresPool, type PostgresPoolOptions } from './postgres-pool.js';
import { placeOf, unusablePostgres } from './unusable-postgres.js';

export interface PostgresOptions {
  /**
   * Connections at most. More let more transactions share one fsync, and take more of the server's `max_connections`.
   * @default 10
   */
  readonly maxConnections?: number;
  /** How long the server gets to accept a connection, in milliseconds. @default 10_000 */
  readonly connectTimeoutMs?: number;
  /** How long a statement may take, the wait for another's locks included, in milliseconds. @default 30_000 */
  readonly statementTimeoutMs?: number;
}

/** A migration may rewrite a large table, or wait for another process that does. */
const MIGRATION_TIMEOUT_MS = 10 * 60_000;

/** An index over a million vectors. */
const MAINTENANCE_TIMEOUT_MS = 60 * 60_000;

/** Ends with its transaction: nothing can leave it behind, and it needs no session of its own, which poolers do not give. */
const MIGRATION_LOCK: Statement = { sql: "SELECT pg_advisory_xact_lock(hashtext('threadsmith migrations'))" };

/** Two transactions ran into each other, one was undone: to begin anew is all that is to be done. */
const COLLISIONS = new Set(['40001', '40P01']);
const ATTEMPTS = 5;

/** The user may not create tables; the server is a read-only copy. */
const REFUSALS = new Set(['42501', '25006']);

/**
 * Opens a Postgres database, which any number of processes may share, and brings it up to date.
 *
 * @param url `postgres://user:password@host:5432/database`
 * @throws ExpectedError when it cannot be used, with what to do; Error when a newer program has used it.
 */
export async function openPostgres(
  url: string,
  migrations: readonly Migration[],
  { maxConnections = 10, connectTimeoutMs = 10_000, statementTimeoutMs = 30_000 }: PostgresOptions = {},
): Promise<Database> {
  const migrating = new PostgresDatabase(url, {
    maxConnections: 1,
    connectTimeoutMs,
    statementTimeoutMs: MIGRATION_TIMEOUT_MS,
  });
  const wanted = new Map(
    migrations.flatMap(({ extension }) => (extension ? [[extension.name, extension]] : [])),
  );
  let extensions: ReadonlyMap<string, ExtensionState>;
  try {
    const locked = oneAtATime(migrating);
    extensions = await findExtensions(locked, [...wanted.values()]);
    await migrate({ ...locked, extensions }, migrations);
  } catch (error) {
    const refused = error instanceof DatabaseError && REFUSALS.has(error.code);
    throw refused ? unusablePostgres(url, error) : error;
  } finally {
    await migrating.close();
  }
  const usable = [...wanted.values()].filter(({ name }) => extensions.get(name)?.usable);
  const settings = Object.fromEntries(
    usable.flatMap((extension) => Object.entries(extension.settings ?? {})),
  );
  const options = { maxConnections, connectTimeoutMs, statementTimeoutMs, settings };
  return new PostgresDatabase(url, options, extensions);
}

/** Of several processes that start at the same instant one changes tables while the others wait. */
function oneAtATime(database: Database): Database {
  return {
    dialect: database.dialect,
    extensions: database.extensions,
    query: (sql, args) => database.query(sql, args),
    async transaction(statements) {
      const [, ...counts] = await database.transaction([MIGRATION_LOCK, ...statements]);
      return counts;
    },
    maintain: (sql, settings) => database.maintain(sql, settings),
    close: () => database.close(),
  };
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly extensions: ReadonlyMap<string, ExtensionState>;
  readonly #url: string;
  readonly #options: PostgresPoolOptions;
  readonly #pool: Pool;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(
    url: string,
    options: PostgresPoolOptions,
    extensions: ReadonlyMap<string, ExtensionState> = new Map(),
  ) {
    this.extensions = extensions;
    this.#url = url;
    this.#options = options;
    this.#pool = createPostgresPool(url, options);
  }

  query(sql: string, args: readonly SqlValue[] = []): Promise<Row[]> {
    const statement = prepare({ sql, args });
    return this.#run((client) => runQuery(client, statement));
  }

  transaction(statements: readonly Statement[]): Promise<number[]> {
    const prepared = statements.map(prepare);
    return this.#run((client) => runTransaction(client, prepared));
  }

  async maintain(sql: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const maintaining = new PostgresDatabase(this.#url, {
      ...this.#options,
      maxConnections: 1,
      statementTimeoutMs: MAINTENANCE_TIMEOUT_MS,
      settings: { ...this.#options.settings, ...settings },
    });
    try {
      await maintaining.query(sql);
    } finally {
      await maintaining.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#pool.end();
  }

  async #run<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    if (this.#closing) {
      throw new Error(
        `The database ${placeOf(this.#url)} is closed: nothing can be read or written any more.`,
      );
    }
    const running = this.#repeated(work);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #repeated<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#onConnection(work);
      } catch (error) {
        const collided = error instanceof DatabaseError && COLLISIONS.has(error.code);
        if (!collided || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #onConnection<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw unusablePostgres(this.#url, error);
    });
    try {
      return await work(client);
    } finally {
      // Whatever happened: a connection that is still in a transaction, or is none any more, is not used again.
      client.release(client.getTransactionStatus() !== 'I');
    }
  }
}
