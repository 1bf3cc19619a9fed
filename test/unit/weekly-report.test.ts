import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/logger.js';
import { type ReportMarks, startWeeklyReport } from '../../src/slack/surfaces/weekly-report.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';
import { reportMarksContract } from '../support/report-marks-contract.js';

reportMarksContract('sqlite', newSqliteTarget);
onPostgres((server) => reportMarksContract('postgres', () => server().newDatabase()));

/** Marks in memory, that note what was asked; and a report whose clock is the test's. */
function weekly(start: Date, post: () => Promise<void> = async () => {}) {
  let time = start.getTime();
  let looks = 0;
  const taken = new Set<number>();
  const posted: number[] = [];
  const marks: ReportMarks = {
    begin: async (dueAt) => !taken.has(dueAt),
    done: async (dueAt) => void taken.add(dueAt),
  };
  const end = startWeeklyReport({
    marks,
    post: async () => {
      await post();
      posted.push(time);
    },
    log: createLogger({ level: 'silent' }),
    now: () => {
      looks += 1;
      return time;
    },
    lookEveryMs: 1,
  });
  onTestFinished(end);
  const at = async (date: Date) => {
    time = date.getTime();
    const before = looks;
    await expect.poll(() => looks).toBeGreaterThan(before + 6);
  };
  return { at, posted };
}

test('posts once on Monday from nine, and again a week later', async () => {
  const { at, posted } = weekly(new Date(2026, 10, 22, 12));
  await at(new Date(2026, 10, 23, 8, 59));
  expect(posted).toEqual([]);
  const monday = new Date(2026, 10, 23, 9, 0);
  await at(monday);
  await at(new Date(2026, 10, 23, 9, 5));
  await at(new Date(2026, 10, 26, 9));
  expect(posted).toEqual([monday.getTime()]);
  const next = new Date(2026, 10, 30, 14);
  await at(next);
  expect(posted).toEqual([monday.getTime(), next.getTime()]);
});

test('does not catch up in the middle of a week', async () => {
  const { at, posted } = weekly(new Date(2026, 10, 25, 12));
  await at(new Date(2026, 10, 25, 12, 1));
  expect(posted).toEqual([]);
});

test('tries again what failed', async () => {
  let fails = 2;
  const { at, posted } = weekly(new Date(2026, 10, 22, 12), async () => {
    fails -= 1;
    if (fails >= 0) throw new Error('LangSmith is away');
  });
  await at(new Date(2026, 10, 23, 10));
  await expect.poll(() => posted.length).toBe(1);
});
