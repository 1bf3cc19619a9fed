import type { Database } from './database.js';

/** What a server may have beside Postgres itself. */
export interface Extension {
  readonly name: string;
  /** The oldest version that will do, `0.8.0`. */
  readonly atLeast: string;
  /** With which settings its functions are used. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One forward-only step. What has been released is never edited: a change is a new version. */
export interface Migration {
  /** Whose tables these are. Each schema is counted apart, because in Postgres all of them share one database. */
  readonly schema: string;
  /** 1, 2, 3, … within the schema. */
  readonly version: number;
  readonly sqlite: readonly string[];
  readonly postgres: readonly string[];
  /**
   * Where it is missing the schema is left out, and made by the first start that finds it; once more, from version 1, where it
   * was dropped and made anew, or moved to another server. The program must do without.
   */
  readonly extension?: Extension;
}

/**
 * Brings a database up to the newest version, each step in one transaction with its `schema_version` row.
 *
 * Several processes may start at once: the row's key lets one of them do a step, the others see that it was done.
 *
 * @throws Error when the database is newer than this program, or when a step fails (the steps before it stay).
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await database.transaction([
    {
      sql: 'CREATE TABLE IF NOT EXISTS schema_version (part TEXT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (part, version))',
    },
  ]);
  const possible = migrations.flatMap((step): Migration[] => {
    if (!step.extension) return [step];
    const state = database.extensions.get(step.extension.name);
    return state?.usable ? [{ ...step, schema: `${step.schema} on ${step.extension.name} ${state.id}` }] : [];
  });
  for (const schema of new Set(possible.map((migration) => migration.schema))) {
    const steps = possible.filter((migration) => migration.schema === schema);
    const newest = Math.max(...steps.map((step) => step.version));
    const found = await versionOf(database, schema);
    if (found > newest) {
      throw new Error(
        `The database has version ${found} of "${schema}", this program knows it up to ${newest}: ` +
          'a newer program has used it. Update this one, or give it another DATA_DIR or DATABASE_URL.',
      );
    }
    for (const step of steps.sort((a, b) => a.version - b.version)) {
      if (step.version > found) await apply(database, step);
    }
  }
}

async function apply(database: Database, step: Migration): Promise<void> {
  try {
    await database.transaction([
      { sql: 'INSERT INTO schema_version (part, version) VALUES (?, ?)', args: [step.schema, step.version] },
      ...step[database.dialect].map((sql) => ({ sql })),
    ]);
  } catch (error) {
    const doneByAnother = (await versionOf(database, step.schema)) >= step.version;
    if (!doneByAnother) throw error;
  }
}

async function versionOf(database: Database, schema: string): Promise<number> {
  const [row] = await database.query('SELECT max(version) AS version FROM schema_version WHERE part = ?', [
    schema,
  ]);
  return Number(row?.version ?? 0);
}
