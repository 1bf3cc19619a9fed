import { journalContract } from '../support/journal-contract.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';

journalContract('sqlite', newSqliteTarget);
onPostgres((server) => journalContract('postgres', () => server().newDatabase()));
