import { join } from 'node:path';
import type { Database } from './database.js';
import type { Migration } from './migrate.js';

/** Where things are kept. */
export interface DatabaseSettings {
  readonly dataDir: string;
  /** Postgres, for all there is to keep. */
  readonly databaseUrl?: string | undefined;
}

/** Opens `file` in the data directory, or the Postgres that stands for all files. Each loads only its own driver. */
export async function openDatabase(
  { dataDir, databaseUrl }: DatabaseSettings,
  file: string,
  migrations: readonly Migration[],
): Promise<Database> {
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres.js');
    return openPostgres(databaseUrl, migrations);
  }
  const { openSqlite } = await import('./sqlite.js');
  return openSqlite(join(dataDir, file), migrations);
}
