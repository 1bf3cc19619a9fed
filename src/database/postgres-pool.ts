import { Client, type ClientBase, type ClientConfig, escapeLiteral, Pool } from 'pg';
import { parserOf } from './postgres-values.js';

export interface PostgresPoolOptions {
  /** Connections at most. */
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Of every session, beside those that are always made. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How long the server gets to say itself that a statement took too long, before its connection counts as dead. */
const GRACE_MS = 5_000;

/**
 * Connections that are made when they are needed and closed after half a minute without work. Statements given to one of
 * them are sent at once, without waiting for the answers to those before (`pipeline`).
 */
export function createPostgresPool(
  url: string,
  { maxConnections, connectTimeoutMs, statementTimeoutMs, settings = {} }: PostgresPoolOptions,
): Pool {
  // The pool's own option would also bound the wait for a free connection, and an ingest has hundreds of transactions wait.
  class BoundedClient extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: connectTimeoutMs });
    }
  }
  const pool = new Pool({
    Client: BoundedClient,
    connectionString: url,
    max: maxConnections,
    idleTimeoutMillis: 30_000,
    // Only work holds the process, not an open connection.
    allowExitOnIdle: true,
    keepAlive: true,
    pipeline: true,
    // A statement to a server that has vanished would otherwise wait for as long as TCP does: a quarter of an hour.
    query_timeout: statementTimeoutMs + GRACE_MS,
    types: { getTypeParser: parserOf },
    onConnect: (client) => prepareSession(client, statementTimeoutMs, settings),
  });
  // A connection that breaks while it is idle is replaced when the next statement comes, which fails if it cannot be.
  pool.on('error', () => {});
  // One that breaks at work fails its statements; the event repeats it and, unheard, would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * By a statement, not by parameters of the connection: poolers such as PgBouncer refuse those. What is reported as
 * committed must be on the disk, and who waited for another's row must see what that one wrote, whatever the server's
 * defaults are.
 */
async function prepareSession(
  client: ClientBase,
  statementTimeoutMs: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const further = Object.entries(settings).map(
    ([name, value]) => `, set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, false)`,
  );
  await client.query(
    `SELECT set_config('application_name', 'threadsmith', false),
       set_config('statement_timeout', '${statementTimeoutMs}', false),
       set_config('default_transaction_isolation', 'read committed', false),
       CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END
       ${further.join('')}`,
  );
}
