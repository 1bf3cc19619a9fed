import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Child } from './child.js';
import type { Lab } from './lab.js';

/** A process counts as idle below this share of a core. The profiler alone takes 7 %. */
const IDLE_SHARE = { measured: 0.03, profiled: 0.2 };
const LOOK_EVERY_MS = 100;
const MAX_LOOKS = 300;

/**
 * CPU milliseconds, all threads, that a process spends on `work` and on what it leaves behind: batches of traces, journal
 * rows. @throws Error when the process does not come to rest in half a minute.
 */
export async function cpuOf(
  lab: Lab,
  child: Child,
  name: string,
  work: () => Promise<unknown>,
): Promise<number> {
  const { profileDir } = lab.options;
  const before = await whenIdle(child);
  if (!profileDir) {
    await work();
    return (await whenIdle(child)) - before;
  }
  await child.ask('startProfile', z.unknown());
  await work();
  const after = await whenIdle(child, IDLE_SHARE.profiled);
  await child.ask('stopProfile', z.unknown(), join(profileDir, `${name}.cpuprofile`));
  return after - before;
}

/** Waits until the process rests. @returns its CPU time so far, in milliseconds */
export async function whenIdle(child: Child, share = IDLE_SHARE.measured): Promise<number> {
  let cpu = await child.ask('cpu', z.number());
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    await setTimeout(LOOK_EVERY_MS);
    const next = await child.ask('cpu', z.number());
    if (next - cpu < share * LOOK_EVERY_MS) return next;
    cpu = next;
  }
  throw new Error('the process must come to rest, got CPU use without work for half a minute');
}
