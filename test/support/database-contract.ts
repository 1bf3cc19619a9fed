import { describe, expect, onTestFinished, test } from 'vitest';
import type { Database, SqlValue } from '../../src/database/database.js';
import type { Migration } from '../../src/database/migrate.js';
import { openTarget } from './open-target.js';

const notes: Migration = {
  schema: 'notes',
  version: 1,
  sqlite: [
    'CREATE TABLE note (id BIGINT UNIQUE, body TEXT, score DOUBLE PRECISION, raw BLOB)',
    'CREATE TABLE reply (note_id BIGINT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)',
  ],
  postgres: [
    'CREATE TABLE note (id BIGINT UNIQUE, body TEXT, score DOUBLE PRECISION, raw BYTEA)',
    'CREATE TABLE reply (note_id BIGINT REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)',
  ],
};
const version2: Migration = {
  schema: 'notes',
  version: 2,
  sqlite: ['ALTER TABLE note ADD COLUMN author TEXT'],
  postgres: ['ALTER TABLE note ADD COLUMN author TEXT'],
};
const INSERT = 'INSERT INTO note (id, body) VALUES (?, ?)';

/** What every backend must do. `newTarget` names an empty database that lasts as long as the test. */
export function databaseContract(dialect: Database['dialect'], newTarget: () => Promise<string>): void {
  async function open(target: string, migrations: readonly Migration[] = [notes]): Promise<Database> {
    const database = await openTarget(target, migrations);
    onTestFinished(() => database.close());
    return database;
  }
  const openNew = async () => open(await newTarget());
  const ids = async (database: Database) =>
    (await database.query('SELECT id FROM note ORDER BY id')).map((row) => row.id);

  describe(`the ${dialect} database`, () => {
    test('says its dialect', async () => {
      expect((await openNew()).dialect).toBe(dialect);
    });

    test('keeps every kind of value', async () => {
      const database = await openNew();
      const values: [column: string, value: SqlValue][] = [
        ['body', 'naïve „Ünïcode“ 🧵\n'],
        ['body', ''],
        ['body', null],
        ['id', Number.MAX_SAFE_INTEGER],
        ['id', Number.MIN_SAFE_INTEGER],
        ['id', 1_700_000_000_123],
        ['score', -0.1],
        ['score', 1.7e308],
        ['raw', Uint8Array.of(0, 255, 1)],
        ['raw', new Uint8Array()],
        ['raw', new Uint8Array(9).fill(7).subarray(2, 4)],
      ];
      for (const [column, value] of values) {
        await database.transaction([
          { sql: 'DELETE FROM note' },
          { sql: `INSERT INTO note (${column}) VALUES (?)`, args: [value] },
        ]);
        expect(await database.query(`SELECT ${column} FROM note`)).toEqual([{ [column]: value }]);
      }
    });

    test('binds a whole number as one, not as 7.0', async () => {
      const database = await openNew();
      expect(await database.query('SELECT CAST(? AS TEXT) AS seven', [7])).toEqual([{ seven: '7' }]);
    });

    test('stores an argument as it was when it was given', async () => {
      const database = await openNew();
      const bytes = Uint8Array.of(1, 2, 3);
      const stored = database.transaction([{ sql: 'INSERT INTO note (raw) VALUES (?)', args: [bytes] }]);
      bytes.fill(0);
      await stored;
      expect(await database.query('SELECT raw FROM note')).toEqual([{ raw: Uint8Array.of(1, 2, 3) }]);
    });

    test('refuses a number that JavaScript cannot hold exactly, rather than read a wrong one', async () => {
      const database = await openNew();
      await database.transaction([{ sql: 'INSERT INTO note (id) VALUES (9007199254740993)' }]);
      await expect(database.query('SELECT id FROM note')).rejects.toThrow('SELECT id FROM note');
    });

    test('refuses text with a NUL character, rather than cut it off', async () => {
      const database = await openNew();
      await expect(database.transaction([{ sql: INSERT, args: [1, 'a\0b'] }])).rejects.toThrow(INSERT);
      expect(await ids(database)).toEqual([]);
    });

    test('counts the rows that each statement of a transaction changed', async () => {
      const database = await openNew();
      const changed = await database.transaction([
        { sql: INSERT, args: [1, 'a'] },
        { sql: 'INSERT INTO note (id, body) VALUES (2, ?), (3, ?) RETURNING id', args: ['a', 'b'] },
        { sql: 'UPDATE note SET body = ? WHERE body = ?', args: ['c', 'a'] },
        { sql: 'DELETE FROM note WHERE id = ?', args: [99] },
      ]);
      expect(changed).toEqual([1, 2, 2, 0]);
    });

    test('keeps nothing of a transaction of which one statement fails, and names that statement', async () => {
      const database = await openNew();
      const failed = database.transaction([
        { sql: INSERT, args: [1, 'a secret'] },
        { sql: 'UPDATE note SET body = ?', args: ['a secret'] },
        { sql: INSERT, args: [1, 'a secret'] },
      ]);
      await expect(failed).rejects.toThrow(INSERT);
      await expect(failed).rejects.not.toThrow('secret');
      await expect(failed).rejects.toHaveProperty('code', expect.stringMatching(/./));
      expect(await ids(database)).toEqual([]);
    });

    test('runs many transactions at once, and none fails for the sake of another', async () => {
      const database = await openNew();
      await database.transaction([{ sql: INSERT, args: [0, 'taken'] }]);
      const results = await Promise.allSettled(
        Array.from({ length: 200 }, (_, i) =>
          database.transaction([
            { sql: INSERT, args: [i + 1, 'x'] },
            { sql: INSERT, args: [i % 40 === 0 ? 0 : i + 1001, 'y'] },
          ]),
        ),
      );
      const failed = results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []));
      expect(failed).toEqual([0, 40, 80, 120, 160]);
      expect((await ids(database)).length).toBe(1 + 195 * 2);
    });

    test('a transaction that only its commit refuses fails alone', async () => {
      const database = await openNew();
      const results = await Promise.allSettled([
        database.transaction([{ sql: INSERT, args: [1, 'x'] }]),
        database.transaction([{ sql: 'INSERT INTO reply (note_id) VALUES (?)', args: [77] }]),
        database.transaction([{ sql: INSERT, args: [2, 'x'] }]),
      ]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await ids(database)).toEqual([1, 2]);
      expect(await database.query('SELECT note_id FROM reply')).toEqual([]);
    });

    test('loses no increment of a row that 100 transactions change', async () => {
      const database = await openNew();
      await database.transaction([{ sql: 'INSERT INTO note (id, score) VALUES (1, 0)' }]);
      await Promise.all(
        Array.from({ length: 100 }, () =>
          database.transaction([{ sql: 'UPDATE note SET score = score + 1' }]),
        ),
      );
      expect(await database.query('SELECT score FROM note')).toEqual([{ score: 100 }]);
    });

    test('shows what one connection wrote to another', async () => {
      const target = await newTarget();
      const [writer, reader] = [await open(target), await open(target)];
      await writer.transaction([{ sql: INSERT, args: [1, 'a'] }]);
      expect(await ids(reader)).toEqual([1]);
    });

    test('close waits for what was sent, may be called twice, and refuses what comes later', async () => {
      const target = await newTarget();
      const database = await open(target);
      const sent = Array.from({ length: 50 }, (_, i) =>
        database.transaction([{ sql: INSERT, args: [i, 'a'] }]),
      );
      await Promise.all([database.close(), database.close()]);
      await Promise.all(sent);
      await expect(database.query('SELECT 1 AS one')).rejects.toThrow('closed');
      await expect(database.transaction([{ sql: INSERT, args: [99, 'a'] }])).rejects.toThrow('closed');
      expect(await ids(await open(target))).toHaveLength(50);
    });
  });

  describe(`the migrations of a ${dialect} database`, () => {
    test('run once, also when several open it at the same time', async () => {
      const target = await newTarget();
      const [first] = await Promise.all([open(target), open(target), open(target)]);
      await first.transaction([{ sql: INSERT, args: [1, 'kept'] }]);
      const later = await open(target, [version2, notes]);
      expect(await later.query('SELECT id, body, author FROM note')).toEqual([
        { id: 1, body: 'kept', author: null },
      ]);
    });

    test('count the versions of each schema apart', async () => {
      const target = await newTarget();
      await open(target, [notes, version2]);
      const table = ['CREATE TABLE other (id BIGINT)'];
      const database = await open(target, [{ schema: 'other', version: 1, sqlite: table, postgres: table }]);
      expect(await database.query('SELECT id FROM other')).toEqual([]);
    });

    test('explain that a newer program has used the database', async () => {
      const target = await newTarget();
      await open(target, [notes, version2]);
      await expect(open(target)).rejects.toThrow('version 2 of "notes", this program knows it up to 1');
    });

    test('keep nothing of a step that fails, and all of those before it', async () => {
      const target = await newTarget();
      const wrong = ['CREATE TABLE half (id BIGINT)', 'CREATE TABLE note (id BIGINT)'];
      const broken: Migration = { schema: 'notes', version: 2, sqlite: wrong, postgres: wrong };
      await expect(open(target, [notes, broken])).rejects.toThrow('CREATE TABLE note (id BIGINT)');
      const database = await open(target);
      expect(await ids(database)).toEqual([]);
      await expect(database.query('SELECT id FROM half')).rejects.toThrow('half');
    });
  });
}
