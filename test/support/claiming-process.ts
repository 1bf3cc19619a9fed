// A process that claims messages until it is killed: `node --import tsx claiming-process.ts <target> <owner> <count>`.
// It writes a line for each claim as soon as that is durable.
import { createJournal } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { openTarget } from './open-target.js';

const [target = '', owner = '', count = '0'] = process.argv.slice(2);
const database = await openTarget(target, journalMigrations);
const journal = createJournal(database, { owner });

await Promise.all(
  Array.from({ length: Number(count) }, async (_, i) => {
    const message = {
      tenantId: 'T1',
      channelId: 'C1',
      messageTs: `1700000000.${String(i).padStart(6, '0')}`,
    };
    const taken = await journal.claim(message, message.messageTs, []);
    process.stdout.write(`${taken} ${message.messageTs}\n`);
  }),
);
process.stdin.resume();
