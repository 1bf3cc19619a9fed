import { journalContract } from '../support/journal-contract.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';

journalContract('sqlite', newSqliteTarget);
