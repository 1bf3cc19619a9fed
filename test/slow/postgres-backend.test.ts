import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { numberPlaceholders } from '../../src/database/number-placeholders.js';
import { openPostgres, type PostgresOptions } from '../../src/database/postgres.js';
import { ExpectedError } from '../../src/errors.js';
import { builtFile } from '../support/built-file.js';
import { onPostgres } from '../support/on-postgres.js';

const table = ['CREATE TABLE note (id BIGINT PRIMARY KEY, body TEXT)'];
const notes = [{ schema: 'notes', version: 1, sqlite: table, postgres: table }];
const rename = (id: number) => ({ sql: "UPDATE note SET body = body || 'x' WHERE id = ?", args: [id] });
const PAUSE = { sql: 'SELECT pg_sleep(0.3)' };

describe('placeholders', () => {
  test.each([
    ['SELECT ?, ?', 'SELECT $1, $2'],
    ["SELECT '?', 'it''s ?', ?", "SELECT '?', 'it''s ?', $1"],
    [String.raw`SELECT E'\'?', e'?''?', ?, 'a\', ?`, String.raw`SELECT E'\'?', e'?''?', $1, 'a\', $2`],
    ['SELECT "a?""?" WHERE ? = 1', 'SELECT "a?""?" WHERE $1 = 1'],
    ['SELECT ? -- why?\n, ?', 'SELECT $1 -- why?\n, $2'],
    ['SELECT ? /* really?\n? */ , ?', 'SELECT $1 /* really?\n? */ , $2'],
    ['SELECT $$?$$, $a$ ?$$ $a$, ?', 'SELECT $$?$$, $a$ ?$$ $a$, $1'],
  ])('of %s', (sql, numbered) => expect(numberPlaceholders(sql)).toBe(numbered));
});

describe('a Postgres that cannot be used', () => {
  test('because nothing answers is explained without its password', async () => {
    const failed = openPostgres('postgres://bot:hunter2@127.0.0.1:1/docs', notes);
    await expect(failed).rejects.toBeInstanceOf(ExpectedError);
    await expect(failed).rejects.toThrow(
      'DATABASE_URL must name a Postgres database that can be used, got "connect ECONNREFUSED 127.0.0.1:1" ' +
        'from 127.0.0.1:1/docs: start it, or correct host and port',
    );
    await expect(failed).rejects.not.toThrow('hunter2');
  });

  test('because it accepts the connection and then says nothing is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const failed = openPostgres(`postgres://127.0.0.1:${port}/docs`, notes, { connectTimeoutMs: 50 });
    await expect(failed).rejects.toThrow(
      /"timeout expired" from 127\.0\.0\.1:\d+\/docs: check that it is running/,
    );
  });
});

onPostgres((server) => {
  async function open(options?: PostgresOptions, url?: string) {
    const database = await openPostgres(url ?? (await server().newDatabase()), notes, options);
    onTestFinished(() => database.close());
    return database;
  }

  test.each([
    ['a wrong password', 'stranger:hunter2', 'postgres', 'correct user and password'],
    ['a database that does not exist', 'owner', 'nothing', 'CREATE DATABASE'],
    ['a user who may not create tables', 'stranger:secret%20word', 'postgres', 'GRANT CREATE'],
  ])('explains %s', async (_name, login, name, advice) => {
    const failed = open({}, `postgres://${login}@${server().host}/${name}`);
    await expect(failed).rejects.toBeInstanceOf(ExpectedError);
    await expect(failed).rejects.toThrow(advice);
    await expect(failed).rejects.not.toThrow(/hunter2|secret/);
  });

  describe('a schema that needs an extension', () => {
    const tables = (name: string, atLeast = '1.0', sql = 'CREATE TABLE word (text citext)') => [
      ...notes,
      { schema: 'words', version: 1, sqlite: [], postgres: [sql], extension: { name, atLeast } },
    ];
    const openWith = async (migrations: ReturnType<typeof tables>, url: string) => {
      const database = await openPostgres(url, migrations);
      onTestFinished(() => database.close());
      return database;
    };
    const reason = (text: string) => ({ usable: false, reason: expect.stringContaining(text) });

    test('is made with it, and waits where the server does not have it', async () => {
      const url = await server().newDatabase();
      const without = await openWith(tables('nowhere'), url);
      expect(without.extensions.get('nowhere')).toEqual(reason('does not have the extension "nowhere"'));
      expect(await without.query('SELECT id FROM note')).toEqual([]);
      const found = await Promise.all([1, 2, 3].map(() => openWith(tables('citext'), url)));
      for (const { extensions } of found)
        expect(extensions.get('citext')).toEqual({ usable: true, id: expect.any(String) });
      expect(await found[0]?.query('SELECT text FROM word')).toEqual([]);
      const newer = await openWith(tables('citext', '99.0'), url);
      expect(newer.extensions.get('citext')).toEqual(reason('must be 99.0 or later, got 1.'));
      const elsewhere = await openWith(tables('citext'), await server().newDatabase());
      expect(elsewhere.extensions.get('citext')).toEqual(
        reason("which this user's search_path does not have"),
      );
    });

    test('waits where this user may not make it', async () => {
      const url = await server().newDatabase();
      const schema = decodeURIComponent(url).split('search_path=')[1];
      await server().run(`GRANT ALL ON SCHEMA ${schema} TO stranger`);
      const stranger = url.replace('owner@', 'stranger:secret%20word@');
      const { extensions } = await openWith(tables('pageinspect'), stranger);
      expect(extensions.get('pageinspect')).toEqual(reason('run "CREATE EXTENSION pageinspect"'));
    });
  });

  test('runs nothing that follows a semicolon', async () => {
    const database = await open();
    await expect(database.query('SELECT 1; DROP TABLE note')).rejects.toThrow('(42601)');
    await expect(
      database.transaction([{ sql: 'DELETE FROM note; DROP TABLE note' }, rename(1)]),
    ).rejects.toThrow('(42601)');
    expect(await database.query('SELECT id FROM note')).toEqual([]);
  });

  test('quotes no word of a value that it cannot convert', async () => {
    const failed = (await open()).query('SELECT body FROM note WHERE id = ?', ['salary of alice']);
    await expect(failed).rejects.toThrow('invalid input syntax for type bigint: "… … …" (22P02)');
  });

  test('begins a transaction anew that was undone because of a deadlock', async () => {
    const database = await open();
    await database.transaction([{ sql: "INSERT INTO note (id, body) VALUES (1, ''), (2, '')" }]);
    await Promise.all([
      database.transaction([rename(1), PAUSE, rename(2)]),
      database.transaction([rename(2), PAUSE, rename(1)]),
    ]);
    expect(await database.query('SELECT body FROM note')).toEqual([{ body: 'xx' }, { body: 'xx' }]);
    const deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'";
    await expect.poll(async () => Number((await server().run(deadlocks))[0]?.deadlocks)).toBeGreaterThan(0);
  });

  test('ends a statement that takes too long, and goes on', async () => {
    const database = await open({ statementTimeoutMs: 50, maxConnections: 1 });
    await expect(database.query('SELECT pg_sleep(60)')).rejects.toHaveProperty('code', '57014');
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('lets any number of transactions wait for a connection', async () => {
    const database = await open({ connectTimeoutMs: 1000, maxConnections: 1 });
    const waiting = Array.from({ length: 5 }, () => database.query('SELECT pg_sleep(0.3)'));
    expect(await Promise.all(waiting)).toHaveLength(5);
  });

  test('waits for the disk at every commit, whatever the server’s default is', async () => {
    const url = `${await server().newDatabase()}%20-c%20synchronous_commit%3Doff`;
    const database = await open({}, url);
    expect(await database.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await database.query('SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('a server that goes away fails what runs and nothing else: idle connections are made anew', async () => {
    const database = await open();
    await Promise.all(Array.from({ length: 8 }, () => database.query('SELECT pg_sleep(0.05)')));
    await database.transaction([{ sql: "INSERT INTO note (id, body) VALUES (1, 'kept')" }]);
    const running = database.query('SELECT pg_sleep(60)');
    const lost = expect(running).rejects.toThrow('SELECT pg_sleep(60)');
    const active = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'";
    await expect.poll(() => server().run(active)).toHaveLength(1);
    await server().restart();
    await lost;
    expect(await database.query('SELECT body FROM note')).toEqual([{ body: 'kept' }]);
  });

  test('does not keep a process alive that has nothing more to do', async () => {
    const url = await server().newDatabase();
    const postgres = builtFile('database/postgres.js');
    const script = `const { openPostgres } = await import('${postgres}');
      const database = await openPostgres('${url}', ${JSON.stringify(notes)});
      database.transaction([{ sql: 'INSERT INTO note (id) VALUES (7)' }]);`;
    const args = ['--input-type=module', '--eval', script];
    await promisify(execFile)(process.execPath, args);
    expect(await (await open({}, url)).query('SELECT id FROM note')).toEqual([{ id: 7 }]);
  });
});
