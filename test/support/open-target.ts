import type { Database } from '../../src/database/database.js';
import type { Migration } from '../../src/database/migrate.js';
import { openPostgres } from '../../src/database/postgres.js';
import { openSqlite } from '../../src/database/sqlite.js';

/** Opens the database that a test or a child process of it is to share with others: a SQLite file or a Postgres url. */
export function openTarget(target: string, migrations: readonly Migration[]): Promise<Database> {
  return target.startsWith('postgres://') ? openPostgres(target, migrations) : openSqlite(target, migrations);
}
