import { describe, expect, test } from 'vitest';
import { type Metered, SlackBudget } from '../../src/slack/connection/slack-budget.js';

describe('the budget of a workspace', () => {
  let time = 1_700_000_000_000;
  const now = () => time;
  const taken = (budget: SlackBudget, method: Metered, tries: number) =>
    Array.from({ length: tries }, () => budget.tryTake(method)).filter(Boolean).length;

  test('lets streams begin while each can also be ended within Slack’s twenty a minute', () => {
    const budget = new SlackBudget({ now });
    const begun = Array.from({ length: 30 }, () => budget.openStream()).filter(Boolean).length;
    expect(begun).toBe(16);
    time += 61_000;
    // The sixteen are still open, and will all want to be ended.
    expect(Array.from({ length: 30 }, () => budget.openStream()).filter(Boolean)).toHaveLength(2);
    for (let index = 0; index < 18; index += 1) budget.closeStream();
    time += 61_000;
    expect(budget.openStream()).toBe(true);
  });

  test('shares the appends of a minute among the open streams', () => {
    const budget = new SlackBudget({ now });
    budget.openStream();
    expect(budget.appendIntervalMs()).toBeLessThan(1_000);
    for (let index = 1; index < 15; index += 1) budget.openStream();
    expect(budget.appendIntervalMs()).toBe(10_000);
    expect(taken(budget, 'chat.appendStream', 200)).toBeLessThanOrEqual(100);
  });

  test('counts posts by channel, and every method and channel by itself', () => {
    const budget = new SlackBudget({ now });
    expect(budget.tryTake('chat.postMessage', 'C1')).toBe(true);
    expect(budget.tryTake('chat.postMessage', 'C1')).toBe(false);
    expect(budget.tryTake('chat.postMessage', 'C2')).toBe(true);
    expect(budget.waitMs('chat.postMessage', 'C1')).toBeGreaterThanOrEqual(1_000);
    budget.leaveAlone('chat.update', undefined, 30_000);
    expect(budget.waitMs('chat.update')).toBe(30_000);
    expect(budget.waitMs('chat.stopStream')).toBe(0);
    expect(new SlackBudget({ now }).waitMs('chat.update')).toBe(0);
    time += 30_000;
    expect(budget.tryTake('chat.update')).toBe(true);
  });

  test('can be a share of it, for one of several replicas', () => {
    const budget = new SlackBudget({ now, share: 0.5 });
    expect(Array.from({ length: 30 }, () => budget.openStream()).filter(Boolean)).toHaveLength(8);
    expect(budget.tryTake('chat.postMessage', 'C1')).toBe(true);
    expect(budget.waitMs('chat.postMessage', 'C1')).toBe(2_100);
  });

  test('lets those who wait go in the order in which they came, and tells them how long', async () => {
    const budget = new SlackBudget();
    const order: number[] = [];
    const waits: number[] = [];
    await Promise.all(
      [1, 2, 3].map((number) =>
        budget.take('chat.postMessage', 'C1', (ms) => waits.push(ms)).then(() => order.push(number)),
      ),
    );
    expect(order).toEqual([1, 2, 3]);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThanOrEqual(1_050);
    expect(waits[1]).toBeGreaterThan(1_050);
  });
});
