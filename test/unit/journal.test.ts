import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openPostgres } from '../../src/database/postgres.js';
import { journalContract } from '../support/journal-contract.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';

journalContract('sqlite', newSqliteTarget);

onPostgres((server) => {
  journalContract('postgres', () => server().newDatabase());

  test('a question that another replica has in hand is left to it, without waiting', async () => {
    const url = await server().newDatabase();
    const database = await openPostgres(url, journalMigrations);
    onTestFinished(() => database.close());
    const journal = createJournal(database, { owner: 'a', now: () => 0 });
    const keys = ['1.1', '1.2'].map((messageTs) => ({ tenantId: 'T1', channelId: 'C1', messageTs }));
    for (const key of keys) await journal.claim(key, '1.0', []);

    const other = new Client(url);
    onTestFinished(() => other.end());
    await other.connect();
    await other.query("BEGIN; UPDATE journal_message SET settled_at = 1 WHERE message_ts = '1.1'");
    const taken = await journal.takeOver({ all: true });
    expect(taken.map(({ messageTs }) => messageTs)).toEqual(['1.2']);
    await other.query('ROLLBACK');
    expect(await journal.takeOver({ all: true })).toHaveLength(2);
  });
});
