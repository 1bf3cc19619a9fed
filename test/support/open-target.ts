import type { Database } from '../../src/database/database.js';
import type { Migration } from '../../src/database/migrate.js';
import { openSqlite } from '../../src/database/sqlite.js';

/** Opens the database that a test or a child process of it is to share with others: a SQLite file. */
export function openTarget(target: string, migrations: readonly Migration[]): Promise<Database> {
  return openSqlite(target, migrations);
}
