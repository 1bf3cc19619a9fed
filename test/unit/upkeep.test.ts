import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openSqlite } from '../../src/database/sqlite.js';
import { createLogger } from '../../src/logger.js';
import type { OpenQuestion } from '../../src/slack/intake/journal.js';
import { startUpkeep } from '../../src/slack/intake/upkeep.js';
import { newDirectory } from '../support/new-directory.js';

test('upkeep keeps what is at work from being taken over, and takes over what a dead process left', async () => {
  const database = await openSqlite(join(await newDirectory(), 'journal.db'), journalMigrations);
  let time = 1_700_000_000_000;
  const now = () => time;
  const own = createJournal(database, { owner: 'own', now });
  const dead = createJournal(database, { owner: 'dead', now });
  const key = (messageTs: string) => ({ tenantId: 'T1', channelId: 'C1', messageTs });
  await own.claim(key('1.1'), '1.1', []);
  await dead.claim(key('2.1'), '2.1', []);

  const resumed: OpenQuestion[] = [];
  const end = startUpkeep({
    journal: own,
    answers: { atWork: () => [key('1.1')] },
    resume: (open) => void resumed.push(...open),
    log: createLogger({ level: 'silent' }),
    everyMs: 5,
  });
  const renewals = async () =>
    (await database.query("SELECT lease_until FROM journal_message WHERE message_ts = '1.1'"))[0];
  for (let step = 0; step < 4; step += 1) {
    time += 15_000;
    await expect.poll(renewals).toEqual({ lease_until: time + 45_000 });
  }
  await expect.poll(() => resumed.map(({ messageTs }) => messageTs)).toEqual(['2.1']);
  expect(resumed[0]?.revision).toBe(1);
  end();
  await database.close();
});
