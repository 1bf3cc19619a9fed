import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { WorkGroups } from '../../src/knowledge/ingest/work-groups.js';

const never = new Promise<void>(() => {});

async function* numbers(count: number, end?: Promise<void>): AsyncGenerator<number> {
  for (let number = 1; number <= count; number++) yield number;
  await end;
}

describe('WorkGroups', () => {
  const options = { size: 3, weight: () => 1, maxWaitMs: 10_000 };

  test('fills groups, and works on what is left at the end', async () => {
    const done: (readonly number[])[] = [];
    await new WorkGroups(numbers(7), options).run(1, async (group) => void done.push(group));
    expect(done).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('does not let an item wait for a group that does not fill', async () => {
    const work = vi.fn(async (_group: readonly number[]) => {});
    let end = () => {};
    const ending = new Promise<void>((resolve) => {
      end = resolve;
    });
    const slow = numbers(4, ending);
    const ended = new WorkGroups(slow, { ...options, maxWaitMs: 20 }).run(2, work);
    await vi.waitFor(() => expect(work.mock.calls).toEqual([[[1, 2, 3]], [[4]]]));
    end();
    await ended;
    expect(work).toHaveBeenCalledTimes(2);
  });

  test('fails as its items or its work do, and begins nothing new', async () => {
    const work = vi.fn(async () => {
      throw new Error('disk full');
    });
    await expect(new WorkGroups(numbers(100), options).run(2, work)).rejects.toThrow('disk full');
    expect(work.mock.calls.length).toBeLessThanOrEqual(3);
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      await setTimeout(1);
      throw new Error('cable pulled');
    }
    await expect(new WorkGroups(failing(), options).run(2, async () => {})).rejects.toThrow('cable pulled');
    expect(await Promise.race([never, setTimeout(5, 'no rejection is left over')])).toBeTruthy();
  });
});
