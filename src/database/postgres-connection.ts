import type { ClientBase, CustomTypesConfig, QueryConfig, QueryResult } from 'pg';
import type { Row, Statement } from './database.js';
import { DatabaseError } from './database-error.js';
import { numberPlaceholders } from './number-placeholders.js';
import { toWire } from './postgres-values.js';
import { codeOf, reasonOf } from './unusable-postgres.js';

/** With its arguments as they were when it was given. */
export interface PreparedStatement extends Statement {
  readonly values: (string | Buffer | null)[];
}

const BEGIN = prepare({ sql: 'BEGIN' });
const COMMIT = prepare({ sql: 'COMMIT' });

/** Values are not read: a transaction must not fail for a column that nobody looks at. */
const UNREAD: CustomTypesConfig = { getTypeParser: () => String };

export function prepare({ sql, args = [] }: Statement): PreparedStatement {
  return { sql, args, values: args.map(toWire) };
}

export async function runQuery(client: ClientBase, statement: PreparedStatement): Promise<Row[]> {
  return (await send(client, statement)).rows;
}

/**
 * Resolves to the number of rows each statement changed. Takes two round trips, however many statements there are: they
 * are sent together once the transaction has begun. When one fails, the server refuses those after it and makes a rollback
 * of the commit.
 */
export async function runTransaction(
  client: ClientBase,
  statements: readonly PreparedStatement[],
): Promise<number[]> {
  // One statement is a transaction by itself.
  if (statements.length === 1) return Promise.all(statements.map((statement) => count(client, statement)));
  await send(client, BEGIN);
  const results = await Promise.allSettled(
    [...statements, COMMIT].map((statement) => count(client, statement)),
  );
  const counts = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return counts.slice(0, -1);
}

async function count(client: ClientBase, statement: PreparedStatement): Promise<number> {
  return (await send(client, statement, UNREAD)).rowCount ?? 0;
}

async function send(
  client: ClientBase,
  statement: PreparedStatement,
  types?: CustomTypesConfig,
): Promise<QueryResult<Row>> {
  // "extended": the simple protocol would also run what follows a `;`.
  const query: QueryConfig & { readonly queryMode: 'extended' } = {
    text: numberPlaceholders(statement.sql),
    values: statement.values,
    queryMode: 'extended',
    ...(types && { types }),
  };
  try {
    return await client.query<Row>(query);
  } catch (error) {
    throw new DatabaseError(statement, codeOf(error), reasonOf(error));
  }
}
