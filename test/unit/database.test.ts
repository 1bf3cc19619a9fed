import { execFile } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite, type SqliteOptions } from '../../src/database/sqlite.js';
import { builtFile } from '../support/built-file.js';
import { databaseContract } from '../support/database-contract.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';

databaseContract('sqlite', newSqliteTarget);
onPostgres((server) => databaseContract('postgres', () => server().newDatabase()));

const NUMBERS =
  'WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 300000)';

async function open(file: string, options?: SqliteOptions) {
  const database = await openSqlite(file, [], options);
  onTestFinished(() => database.close());
  return database;
}

/** Runs `code` in a process that has `openSqlite` and `file`, and waits until it ends by itself. */
async function runProcess(file: string, code: string): Promise<string> {
  const sqlite = builtFile('database/sqlite.js');
  const script = `const { openSqlite } = await import('${sqlite}'); const file = ${JSON.stringify(file)}; ${code}`;
  const args = ['--max-old-space-size=100', '--input-type=module', '--eval', script];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

test('lets only its own user into the directory that it makes', async () => {
  const file = await newSqliteTarget();
  await open(file);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
});

test('waits for the disk at every commit, and still does after a transaction', async () => {
  const database = await open(await newSqliteTarget());
  await database.transaction([{ sql: 'CREATE TABLE note (id BIGINT)' }]);
  expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await database.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  expect(await database.query('PRAGMA busy_timeout')).toEqual([{ timeout: 5000 }]);
});

test('explains that a file is not a database', async () => {
  const file = await newSqliteTarget();
  await mkdir(dirname(file));
  await writeFile(file, 'a text that somebody put there');
  await expect(open(file)).rejects.toThrow(`Cannot open the database ${file}: SQLITE_NOTADB`);
});

test('quotes no word of a search that SQLite cannot parse', async () => {
  const database = await open(await newSqliteTarget());
  await database.query('CREATE VIRTUAL TABLE page USING fts5 (body)');
  const failed = database.query('SELECT body FROM page WHERE page MATCH ?', ['salary: alice']);
  await expect(failed).rejects.toThrow('no such column: … (SQLITE_ERROR)');
});

test('leaves the event loop free while another connection writes, and says at the end that it was busy', async () => {
  const file = await newSqliteTarget();
  const [writer, other] = [await open(file), await open(file, { busyTimeoutMs: 1 })];
  await writer.query('CREATE TABLE note (id BIGINT)');
  let writing = true;
  let turns = 0;
  const written = writer.transaction([{ sql: `INSERT INTO note ${NUMBERS} SELECT i FROM numbers` }]);
  const turn = () => {
    turns++;
    if (writing) setImmediate(turn);
  };
  turn();
  const refusals: unknown[] = [];
  written.finally(() => {
    writing = false;
  });
  while (writing) {
    await other
      .transaction([{ sql: 'DELETE FROM note WHERE id = 0' }])
      .catch((error) => refusals.push(error));
  }
  expect(await written).toEqual([300_000]);
  expect(refusals).toContainEqual(expect.objectContaining({ code: 'SQLITE_BUSY' }));
  expect(turns).toBeGreaterThan(100);
});

test('rejects everything, with the reason, when its worker dies', async () => {
  const output = await runProcess(
    await newSqliteTarget(),
    `const database = await openSqlite(file, []);
     const results = await Promise.allSettled([
       database.query("${NUMBERS} SELECT hex(zeroblob(500000)) AS big FROM numbers"),
       database.transaction([{ sql: 'CREATE TABLE note (id BIGINT)' }]),
     ]);
     results.push(...(await Promise.allSettled([database.query('SELECT 1')])));
     await database.close();
     for (const { reason } of results) console.log(reason.message);`,
  );
  const lines = output.trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines)
    expect(line).toMatch(/^The worker of the database .* stopped \(.*memory.*restart/);
});

test('does not keep a process alive that has nothing more to do', async () => {
  const file = await newSqliteTarget();
  await runProcess(
    file,
    `const database = await openSqlite(file, []);
     database.transaction([{ sql: 'CREATE TABLE note (id BIGINT)' }, { sql: 'INSERT INTO note VALUES (7)' }]);`,
  );
  expect(await (await open(file)).query('SELECT id FROM note')).toEqual([{ id: 7 }]);
});
