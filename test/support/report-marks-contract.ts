import { expect, onTestFinished, test } from 'vitest';
import { journalMigrations } from '../../src/database/migrations/journal.js';
import { createReportMarks } from '../../src/database/report-marks.js';
import { openTarget } from './open-target.js';

/** What must hold of weekly reports on every backend. `newTarget` names an empty database that lasts as long as the test. */
export function reportMarksContract(dialect: string, newTarget: () => Promise<string>): void {
  test(`a report on ${dialect} is taken by one, until it is done or was left`, async () => {
    const target = await newTarget();
    const databases = await Promise.all([1, 2].map(() => openTarget(target, journalMigrations)));
    onTestFinished(async () => void (await Promise.all(databases.map((database) => database.close()))));
    let time = 1_700_000_000_000;
    const replicas = databases.map((database) =>
      createReportMarks(database, { tenantId: 'T1', name: 'gaps', now: () => time }),
    );
    const begin = async (dueAt: number) =>
      (await Promise.all(replicas.map((marks) => marks.begin(dueAt)))).filter(Boolean).length;
    expect(await begin(100)).toBe(1);
    expect(await begin(100)).toBe(0);
    time += 10 * 60_000;
    expect(await begin(100)).toBe(1);
    await replicas[0]?.done(100);
    time += 3_600_000;
    expect(await begin(100)).toBe(0);
    expect(await begin(200)).toBe(1);
    const [database] = databases;
    if (!database) throw new Error('a database');
    expect(await createReportMarks(database, { tenantId: 'T2', name: 'gaps' }).begin(100)).toBe(true);
  });
}
