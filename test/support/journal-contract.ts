import { describe, expect, onTestFinished, test } from 'vitest';
import { createJournal, type JournalOptions } from '../../src/database/journal.js';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import type { MessageKey } from '../../src/threads/thread.js';
import { openTarget } from './open-target.js';
import { startClaiming } from './start-claiming.js';

const LEASE = 45_000;
const DAY = 24 * 3600_000;
const THREAD = '1700000000.000001';

function message(n: number, tenantId = 'T1'): MessageKey {
  return { tenantId, channelId: 'C1', messageTs: `1700000000.${String(n).padStart(6, '0')}` };
}

/** What the journal must do on every backend. `newTarget` names an empty database that lasts as long as the test. */
export function journalContract(dialect: string, newTarget: () => Promise<string>): void {
  /** A process's view of the journal: a connection of its own, an owner, the test's clock. */
  async function join(target: string, owner: string, options: Partial<JournalOptions> = {}) {
    const database = await openTarget(target, journalMigrations);
    onTestFinished(() => database.close());
    return { database, journal: createJournal(database, { owner, leaseMs: LEASE, ...options }) };
  }
  function newClock() {
    let time = 1_700_000_000_000;
    const advance = (ms: number) => {
      time += ms;
    };
    return { now: () => time, advance };
  }

  describe(`the journal on ${dialect}`, () => {
    test('gives a message to exactly one of 50 claims at once, over two processes', async () => {
      const target = await newTarget();
      const [a, b] = [await join(target, 'a'), await join(target, 'b')];
      const claims = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? a : b).journal.claim(message(1), THREAD, [])),
      );
      expect(claims.filter((claim) => claim === 'first')).toHaveLength(1);
      expect(claims.filter((claim) => claim === 'seen')).toHaveLength(49);
    });

    test('takes the same channel and ts of two tenants for two messages', async () => {
      const { journal } = await join(await newTarget(), 'a');
      expect(await journal.claim(message(1, 'T1'), THREAD, [])).toBe('first');
      expect(await journal.claim(message(1, 'T2'), THREAD, [])).toBe('first');
      await journal.settle(message(1, 'T1'));
      expect((await journal.takeOver({ all: true })).map((question) => question.tenantId)).toEqual(['T2']);
    });

    test('has seen a settled message, and never gives it out again', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      await journal.claim(message(1), THREAD, []);
      await journal.settle(message(1));
      clock.advance(LEASE * 2);
      expect(await journal.claim(message(1), THREAD, [])).toBe('seen');
      expect(await journal.takeOver({ all: true })).toEqual([]);
    });

    test('gives the questions of a dead process to another when their lease is over, not before', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [dead, other] = [await join(target, 'dead', clock), await join(target, 'other', clock)];
      await dead.journal.claim(message(1), THREAD, []);
      clock.advance(LEASE);
      expect(await other.journal.takeOver({ all: false })).toEqual([]);
      expect(await other.journal.takeOver({ all: true })).toEqual([]);
      clock.advance(1);
      expect(await other.journal.takeOver({ all: false })).toEqual([
        { ...message(1), threadTs: THREAD, revision: 1 },
      ]);
      expect(await other.journal.takeOver({ all: false })).toEqual([]);
    });

    test('keeps the questions of a process that renews them', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [alive, other] = [await join(target, 'alive', clock), await join(target, 'other', clock)];
      await alive.journal.claim(message(1), THREAD, []);
      clock.advance(LEASE);
      await alive.journal.renew([message(1)]);
      await other.journal.renew([message(1)]);
      clock.advance(LEASE);
      expect(await other.journal.takeOver({ all: false })).toEqual([]);
      clock.advance(1);
      expect(await other.journal.takeOver({ all: false })).toHaveLength(1);
      // From now on it is the other's: the first owner's renewal must not count.
      await alive.journal.renew([message(1)]);
      clock.advance(LEASE + 1);
      expect(await alive.journal.takeOver({ all: false })).toEqual([
        { ...message(1), threadTs: THREAD, revision: 2 },
      ]);
    });

    test('gives up the questions that a process does not renew, to itself too', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      await journal.claim(message(1), THREAD, []);
      await journal.claim(message(2), THREAD, []);
      clock.advance(LEASE);
      await journal.renew([]);
      await journal.renew([message(2)]);
      clock.advance(1);
      const taken = await journal.takeOver({ all: false });
      expect(taken.map((question) => question.messageTs)).toEqual([message(1).messageTs]);
    });

    test('adds the files that a message and its twin name, whichever comes first', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      expect(await journal.claim(message(1), THREAD, [])).toBe('first');
      expect(await journal.claim(message(1), THREAD, ['F9', 'F1'])).toBe('seen');
      clock.advance(1);
      expect(await journal.claim(message(1), THREAD, ['F1', 'F0'])).toBe('seen');
      expect(await journal.claim(message(1, 'T2'), THREAD, ['F5'])).toBe('first');
      expect(await journal.fileIds(message(1))).toEqual(['F9', 'F1', 'F0']);
      expect(await journal.fileIds(message(1, 'T2'))).toEqual(['F5']);
      expect(await journal.fileIds(message(2))).toEqual([]);
    });

    test('gives a restarted process its own open questions at once, oldest first, nobody else its live ones', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [before, other] = [await join(target, 'bot-0', clock), await join(target, 'bot-1', clock)];
      for (const n of [3, 1, 2]) {
        await before.journal.claim(message(n), THREAD, []);
        clock.advance(10);
      }
      await other.journal.claim(message(4), THREAD, []);
      await before.journal.settle(message(1));
      await before.database.close();

      const after = await join(target, 'bot-0', clock);
      expect(await after.journal.takeOver({ all: true })).toEqual([
        { ...message(3), threadTs: THREAD, revision: 1 },
        { ...message(2), threadTs: THREAD, revision: 1 },
      ]);
      const again = await after.journal.takeOver({ all: true });
      expect(again.map((question) => question.revision)).toEqual([2, 2]);
    });

    test('gives each question to one of several callers', async () => {
      const clock = newClock();
      const target = await newTarget();
      const dead = await join(target, 'dead', clock);
      await Promise.all(Array.from({ length: 60 }, (_, i) => dead.journal.claim(message(i), THREAD, [])));
      clock.advance(LEASE + 1);
      const [b, c] = [await join(target, 'b', clock), await join(target, 'c', clock)];
      const calls = await Promise.all([b, c, b, c].map(({ journal }) => journal.takeOver({ all: false })));
      const taken = calls.flat();
      expect(new Set(taken.map((question) => question.messageTs)).size).toBe(60);
      expect(taken).toHaveLength(60);
      expect(taken.every((question) => question.revision === 1)).toBe(true);
    });

    test('forgets settled messages after the time to keep them, and no open one', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      await journal.claim(message(1), THREAD, ['F1']);
      await journal.claim(message(2), THREAD, []);
      await journal.settle(message(1));
      clock.advance(DAY);
      await journal.settle(message(1));
      clock.advance(6 * DAY);
      await journal.prune();
      expect(await journal.claim(message(1), THREAD, [])).toBe('seen');
      clock.advance(1);
      await journal.prune();
      expect(await journal.fileIds(message(1))).toEqual([]);
      expect(await journal.claim(message(1), THREAD, [])).toBe('first');
      expect(await journal.claim(message(2), THREAD, [])).toBe('seen');
    });

    test('remembers in which messages a question was answered, as long as it is remembered itself', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      expect(await journal.find(message(1))).toBeUndefined();
      await journal.claim(message(1), THREAD, []);
      await journal.claim(message(1, 'T2'), THREAD, []);
      for (const ts of ['1700000009.2', '1700000009.1', '1700000009.2'])
        await journal.answerBegan(message(1), ts);
      await journal.answerBegan(message(2), '1700000009.3');
      const open = { ...message(1), threadTs: THREAD, revision: 0 };
      const taken = { ...open, settled: false, askedRevision: 0, wish: undefined };
      expect(await journal.find(message(1))).toEqual({
        ...taken,
        answerTs: ['1700000009.1', '1700000009.2'],
      });
      expect(await journal.find(message(1, 'T2'))).toMatchObject({ answerTs: [] });
      expect(await journal.find(message(2))).toBeUndefined();
      await journal.settle(message(1));
      expect(await journal.find(message(1))).toMatchObject({ settled: true });
      await journal.forgetAnswer(message(1));
      expect(await journal.find(message(1))).toEqual({ ...taken, settled: true, answerTs: [] });
      await journal.answerBegan(message(1), '1700000009.4');
      clock.advance(7 * DAY + 1);
      await journal.prune();
      expect(await journal.find(message(1))).toBeUndefined();
    });

    test('opens a settled question anew for one caller after the other, each with its own revision', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [a, b] = [await join(target, 'a', clock), await join(target, 'b', clock)];
      await a.journal.claim(message(1), THREAD, []);
      await a.journal.settle(message(1));
      expect(await b.journal.reopen(message(2))).toBeUndefined();
      const opened = await Promise.all([a.journal.reopen(message(1)), b.journal.reopen(message(1))]);
      expect(opened.map((question) => question?.revision).sort()).toEqual([1, 2]);
      clock.advance(LEASE + 1);
      expect(await a.journal.takeOver({ all: false })).toEqual([
        { ...message(1), threadTs: THREAD, revision: 3 },
      ]);
    });

    test('finishes a question only in its newest revision, and not when it was changed or deleted', async () => {
      const { journal } = await join(await newTarget(), 'a');
      const open = { ...message(1), threadTs: THREAD, revision: 0 };
      await journal.claim(message(1), THREAD, []);
      await journal.settle(message(1));
      expect(await journal.finish(open)).toBe(false);
      expect(await journal.reopen(message(1))).toEqual({ ...open, revision: 1 });
      expect(await journal.find(message(1))).toMatchObject({ askedRevision: 1, settled: false });
      expect(await journal.finish(open)).toBe(false);
      for (const wish of ['edited', 'deleted'] as const) {
        expect(await journal.wish(message(1), wish)).toBe(true);
        expect(await journal.finish({ ...open, revision: 1 })).toBe(false);
      }
      expect(await journal.find(message(1))).toMatchObject({ settled: false, wish: 'deleted' });
      expect(await journal.reopen(message(1))).toEqual({ ...open, revision: 2 });
      expect(await journal.find(message(1))).toMatchObject({ askedRevision: 2, wish: undefined });
      expect(await journal.finish({ ...open, revision: 2 })).toBe(true);
      expect(await journal.find(message(1))).toMatchObject({ settled: true });
      expect(await journal.wish(message(1), 'edited')).toBe(false);
      expect(await journal.wish(message(2), 'edited')).toBe(false);
    });

    test('tells the process at work of what another one heard, and whoever takes its questions over', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [a, b] = [await join(target, 'a', clock), await join(target, 'b', clock)];
      const all = [message(1), message(2), message(3)];
      for (const each of all) await a.journal.claim(each, THREAD, []);
      expect(await a.journal.wishes([])).toEqual([]);
      expect(await a.journal.wishes(all)).toEqual([]);
      await b.journal.wish(message(1), 'edited');
      await b.journal.wish(message(3), 'deleted');
      await b.journal.wish(message(1, 'T2'), 'deleted');
      expect(await a.journal.wishes([message(1), message(2)])).toEqual([{ ...message(1), wish: 'edited' }]);
      expect(await a.journal.wishes(all)).toHaveLength(2);
      clock.advance(LEASE + 1);
      await b.journal.takeOver({ all: false });
      // It reads the new text, so answers to the old one count no more.
      expect(await b.journal.find(message(1))).toMatchObject({
        revision: 1,
        askedRevision: 1,
        wish: undefined,
      });
      expect(await b.journal.find(message(2))).toMatchObject({ revision: 1, askedRevision: 0 });
      expect(await b.journal.wishes(all)).toEqual([{ ...message(3), wish: 'deleted' }]);
    });

    test('stops what was asked before in a thread, or in a channel, and nothing else', async () => {
      const { journal } = await join(await newTarget(), 'a');
      const other = '1700000000.000002';
      await journal.claim(message(1), THREAD, []);
      await journal.claim(message(2), other, []);
      await journal.claim(message(3), THREAD, []);
      await journal.claim(message(4), THREAD, []);
      await journal.claim(message(5), THREAD, []);
      await journal.claim(message(3, 'T2'), THREAD, []);
      await journal.settle(message(3));
      const channel = { tenantId: 'T1', channelId: 'C1' };
      const before = message(5).messageTs;
      const stopped = await journal.stop({ ...channel, threadTs: THREAD }, before);
      expect(stopped.map(({ messageTs }) => messageTs).sort()).toEqual([
        message(1).messageTs,
        message(4).messageTs,
      ]);
      // Slack says everything twice.
      expect(await journal.stop({ ...channel, threadTs: THREAD }, before)).toEqual([]);
      expect(await journal.stop(channel, before)).toEqual([message(2)]);
      expect(await journal.finish({ ...message(1), threadTs: THREAD, revision: 0 })).toBe(true);
      expect(await journal.find(message(4))).toMatchObject({ settled: false, wish: 'stopped' });
      expect(await journal.find(message(5))).toMatchObject({ wish: undefined });
    });

    test('knows the answers of a thread, and whether another process is at work there', async () => {
      const clock = newClock();
      const target = await newTarget();
      const [a, b] = [await join(target, 'a', clock), await join(target, 'b', clock)];
      const thread = { tenantId: 'T1', channelId: 'C1', threadTs: THREAD };
      expect(await a.journal.answersIn(thread)).toEqual({ answerTs: [], othersAtWork: false });
      await a.journal.claim(message(1), THREAD, []);
      await a.journal.answerBegan(message(1), '1700000009.1');
      await a.journal.claim(message(2), message(2).messageTs, []);
      await a.journal.answerBegan(message(2), '1700000009.2');
      expect(await a.journal.answersIn(thread)).toEqual({
        answerTs: ['1700000009.1'],
        othersAtWork: false,
      });
      expect(await b.journal.answersIn(thread)).toMatchObject({ othersAtWork: true });
      clock.advance(LEASE + 1);
      expect(await b.journal.answersIn(thread)).toMatchObject({ othersAtWork: false });
      await a.journal.renew([message(1)]);
      await a.journal.settle(message(1));
      expect(await b.journal.answersIn(thread)).toEqual({ answerTs: ['1700000009.1'], othersAtWork: false });
    });

    test('knows of a thread who asked first, whether others joined, and whether it is muted', async () => {
      const clock = newClock();
      const { journal } = await join(await newTarget(), 'a', clock);
      const thread = { tenantId: 'T1', channelId: 'C1', threadTs: THREAD };
      const state = { asker: 'U1', joined: false, muted: false };
      expect(await journal.thread(thread)).toBeUndefined();
      await journal.joined(thread);
      expect(await journal.mute(thread, true)).toBe(false);
      expect(await journal.thread(thread)).toBeUndefined();
      expect(await journal.knowsChannel(thread)).toBe(false);
      await journal.asked(thread, 'U1');
      await journal.asked(thread, 'U1');
      expect(await journal.knowsChannel(thread)).toBe(true);
      expect(await journal.knowsChannel({ ...thread, channelId: 'C2' })).toBe(false);
      expect(await journal.knowsChannel({ ...thread, tenantId: 'T2' })).toBe(false);
      expect(await journal.thread(thread)).toEqual(state);
      expect(await journal.mute(thread, true)).toBe(true);
      await journal.asked(thread, 'U2');
      expect(await journal.thread(thread)).toEqual({ ...state, joined: true, muted: true });
      await journal.mute(thread, false);
      await journal.asked(thread, 'U1');
      expect(await journal.thread(thread)).toEqual({ ...state, joined: true });
      const other = { ...thread, tenantId: 'T2' };
      await journal.asked(other, 'U1');
      await journal.joined(other);
      expect(await journal.thread(other)).toEqual({ ...state, joined: true });
      clock.advance(90 * DAY);
      await journal.asked(other, 'U1');
      clock.advance(1);
      await journal.prune();
      expect(await journal.thread(thread)).toBeUndefined();
      expect(await journal.thread(other)).toBeDefined();
    });

    test('rejects when a row cannot be made durable', async () => {
      const { database, journal } = await join(await newTarget(), 'a');
      await database.close();
      await expect(journal.claim(message(1), THREAD, [])).rejects.toThrow('closed');
      await expect(journal.settle(message(1))).rejects.toThrow('closed');
    });

    test('has columns for ids and states alone, none for what a person wrote', async () => {
      const { database, journal } = await join(await newTarget(), 'a');
      await journal.claim(message(1), THREAD, ['F1']);
      const [row] = await database.query('SELECT * FROM journal_message');
      const [file] = await database.query('SELECT * FROM journal_file');
      await journal.answerBegan(message(1), THREAD);
      const [answer] = await database.query('SELECT * FROM journal_answer');
      await journal.asked({ tenantId: 'T1', channelId: 'C1', threadTs: THREAD }, 'U1');
      const [thread] = await database.query('SELECT * FROM journal_thread');
      expect(Object.keys({ ...row, ...file, ...answer, ...thread }).sort()).toEqual(
        `added_at answer_ts asked_revision asker channel_id created_at file_id joined lease_until message_ts muted owner position
         revision settled_at tenant_id thread_ts updated_at wish`.split(/\s+/),
      );
    });

    test('loses no claim of two processes that write at the same time', async () => {
      const target = await newTarget();
      const children = [startClaiming(target, 'a', 300), startClaiming(target, 'b', 300)];
      await Promise.all(children.map((child) => child.reported(300)));
      const claims = children.flatMap((child) => child.claims);
      const first = claims.filter((claim) => claim.startsWith('first'));
      expect(claims).toHaveLength(600);
      expect(new Set(first).size).toBe(300);
      expect(first).toHaveLength(300);
    });

    test('gives the questions of a killed process to others, each once, while one goes on claiming', async () => {
      const target = await newTarget();
      const [dead, alive] = [startClaiming(target, 'dead', 2000), startClaiming(target, 'alive', 2000)];
      await Promise.all([dead.reported(150), alive.reported(150)]);
      await dead.kill();
      const later = { now: () => Date.now() + LEASE + 1 };
      const others = await Promise.all(['b', 'c', 'd'].map((owner) => join(target, owner, later)));
      const calls = await Promise.all(others.map(({ journal }) => journal.takeOver({ all: false })));
      const taken = calls.flat().map(({ messageTs }) => `first ${messageTs}`);
      expect(new Set(taken).size).toBe(taken.length);
      const claimed = dead.claims.filter((claim) => claim.startsWith('first'));
      expect(claimed.filter((claim) => !taken.includes(claim))).toEqual([]);
    });

    test('holds every claim that a process reported before it was killed', async () => {
      const target = await newTarget();
      const child = startClaiming(target, 'bot-0', 2000);
      await child.reported(150);
      await child.kill();
      const { journal } = await join(target, 'bot-0');
      const open = await journal.takeOver({ all: true });
      const lost = new Set(child.claims);
      for (const question of open) lost.delete(`first ${question.messageTs}`);
      expect([...lost]).toEqual([]);
    });
  });
}
