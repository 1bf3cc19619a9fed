import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Row } from '../../src/database/database.js';
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import type { Journal } from '../../src/slack/intake/journal.js';
import type { World } from './world.js';

/** The journal of a world's bot, as another process would see it. */
export interface WorldJournal {
  readonly journal: Journal;
  /** The questions that are neither answered nor given up. */
  open(): Promise<Row[]>;
}

export async function journalOf(world: World, owner = 'another'): Promise<WorldJournal> {
  const database = await openSqlite(join(world.config.dataDir, 'journal.db'), journalMigrations);
  onTestFinished(() => database.close());
  return {
    journal: createJournal(database, { owner }),
    open: () => database.query('SELECT message_ts FROM journal_message WHERE settled_at IS NULL'),
  };
}
