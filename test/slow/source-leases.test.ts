import { describe, expect, test, vi } from 'vitest';
import { SourceLeases, SourceTakenError, WHOLE_INDEX } from '../../src/knowledge/ingest/source-leases.js';
import { openStore } from '../support/ingest-fixture.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';

const forever = () => new AbortController().signal;

/** Work that goes on until it is let go. */
function longWork() {
  let finish = (_result: string) => {};
  const done = new Promise<string>((resolve) => {
    finish = resolve;
  });
  return { work: () => done, finish };
}

function contract(dialect: string, newTarget: () => Promise<string>): void {
  /** Two processes: each its own connection. */
  async function twoAt(leaseMs: number) {
    const target = await newTarget();
    const [one, other] = [await openStore(target), await openStore(target)];
    const onWait = vi.fn();
    return {
      database: one.database,
      first: new SourceLeases(one.database, { holder: 'first', leaseMs }),
      second: new SourceLeases(other.database, { holder: 'second', leaseMs, onWait }),
      onWait,
    };
  }
  const held = (database: Awaited<ReturnType<typeof twoAt>>['database']) =>
    vi.waitFor(async () => {
      expect(await database.query('SELECT holder FROM knowledge_lease')).toHaveLength(1);
    });

  describe(`leases on ${dialect}`, () => {
    test('refuse a second one who is alive, by name, and let others be worked on meanwhile', async () => {
      const { database, first, second, onWait } = await twoAt(300);
      const { work, finish } = longWork();
      const working = first.hold('handbook', forever(), work);
      await held(database);
      const refused = second.hold('handbook', forever(), async () => 'never');
      await expect(refused).rejects.toThrow(
        /^The source "handbook" is being worked on by first, since 2\d{3}-/,
      );
      await expect(refused).rejects.toBeInstanceOf(SourceTakenError);
      expect(onWait.mock.calls).toEqual([['first']]);
      expect(await second.hold('runbooks', forever(), async () => 'other')).toBe('other');
      finish('done');
      expect(await working).toBe('done');
      expect(await second.hold('handbook', forever(), async () => 'next')).toBe('next');
    });

    test('go to the next one when their holder has died', async () => {
      const { database, second } = await twoAt(300);
      await database.query(
        'INSERT INTO knowledge_lease (source, owner, holder, since, expires_at) VALUES (?, ?, ?, ?, ?)',
        ['handbook', 'x', 'a dead one', Date.now(), Date.now() + 600],
      );
      expect(await second.hold('handbook', forever(), async () => 'mine')).toBe('mine');
    });

    test('of all and of one exclude each other, whoever comes first', async () => {
      const { database, first, second } = await twoAt(300);
      for (const [one, other] of [
        ['handbook', WHOLE_INDEX],
        [WHOLE_INDEX, 'handbook'],
      ] as const) {
        const { work, finish } = longWork();
        const working = first.hold(one, forever(), work);
        await held(database);
        await expect(second.hold(other, forever(), async () => 'never')).rejects.toThrow(SourceTakenError);
        finish('done');
        await working;
      }
    });

    test('are given to one of many that ask at once', async () => {
      const { first, second } = await twoAt(300);
      let [running, most] = [0, 0];
      const work = async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      };
      const all = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? first : second).hold(i % 3 ? 'handbook' : WHOLE_INDEX, forever(), work),
      );
      const ended = await Promise.allSettled(all);
      expect(most).toBe(1);
      for (const result of ended) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(SourceTakenError);
      }
    });

    test('that are lost tell the work so', async () => {
      const { database, first } = await twoAt(150);
      const lost = first.hold(
        'handbook',
        forever(),
        (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      await held(database);
      await database.query('DELETE FROM knowledge_lease');
      await expect(lost).rejects.toThrow(/hung for longer than 0.15 s: run it again/);
    });

    test('are not waited for after a signal to stop', async () => {
      const { database, first, second } = await twoAt(5000);
      const { work, finish } = longWork();
      const working = first.hold('handbook', forever(), work);
      await held(database);
      const stop = new AbortController();
      const waiting = second.hold('handbook', stop.signal, async () => 'never');
      stop.abort(new Error('interrupted'));
      await expect(waiting).rejects.toThrow('interrupted');
      finish('done');
      await working;
    });
  });
}

contract('sqlite', newSqliteTarget);
onPostgres((server) => contract('postgres', () => server().newDatabase()));
