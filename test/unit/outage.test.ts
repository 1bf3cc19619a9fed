import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { OutageWatch } from '../../src/tracing/outage.js';

const MEGABYTE = 1024 * 1024;

it('an outage costs no memory, however many runs are counted in it', () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const used = () => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed;
  };
  const lines: object[] = [];
  const note = (fields: object) => lines.push(fields);
  const log = { debug: note, info: note, warn: note, error: note };
  const outage = new OutageWatch({ log, now: () => 0, keeps: true });
  outage.failed('HTTP 503');
  outage.failed('HTTP 503');
  const before = used();
  for (let count = 0; count < 200_000; count += 1) {
    const id = String(count).padStart(36, '0');
    outage.count([id], 'kept');
    outage.count([id], 'kept');
  }
  expect(used() - before).toBeLessThan(4 * MEGABYTE);
  outage.took(true);
  expect(lines.at(-1)).toEqual({ runsLost: 0, runsKept: 200_000 });
});
