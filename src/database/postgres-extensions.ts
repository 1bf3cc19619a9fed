import type { Database, ExtensionState } from './database.js';
import { DatabaseError } from './database-error.js';
import type { Extension } from './migrate.js';

/** What the server has of these. Makes in the database those that it has and that this user may make. */
export async function findExtensions(
  database: Pick<Database, 'query' | 'transaction'>,
  wanted: readonly Extension[],
): Promise<Map<string, ExtensionState>> {
  const states = new Map<string, ExtensionState>();
  for (const extension of wanted) {
    states.set(extension.name, await stateOf(database, extension));
  }
  return states;
}

async function stateOf(
  database: Pick<Database, 'query' | 'transaction'>,
  { name, atLeast }: Extension,
): Promise<ExtensionState> {
  const unusable = (reason: string) => ({ usable: false, reason }) as const;
  const [available] = await database.query(
    'SELECT installed_version FROM pg_available_extensions WHERE name = ?',
    [name],
  );
  if (!available)
    return unusable(
      `the server does not have the extension "${name}": install it there (${atLeast} or later)`,
    );
  if (available.installed_version === null) {
    const create = `CREATE EXTENSION IF NOT EXISTS "${name}"`;
    try {
      await database.transaction([{ sql: create }]);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return unusable(
        `this user was refused the extension "${name}" (${error.code}): have an admin run "CREATE EXTENSION ${name}" in this database`,
      );
    }
  }
  const [installed] = await database.query(
    `SELECT CAST(pg_extension.oid AS TEXT) AS id, extversion AS version, nspname AS schema, nspname = ANY (current_schemas(true)) AS visible
      FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = ?`,
    [name],
  );
  const version = String(installed?.version);
  if (version.localeCompare(atLeast, 'en', { numeric: true }) < 0) {
    return unusable(
      `the extension "${name}" must be ${atLeast} or later, got ${version}: have an admin run "ALTER EXTENSION ${name} UPDATE"`,
    );
  }
  if (!installed?.visible) {
    return unusable(
      `the extension "${name}" is in the schema "${installed?.schema}", which this user's search_path does not have: add it there`,
    );
  }
  return { usable: true, id: String(installed.id) };
}
