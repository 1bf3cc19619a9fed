import { expect, test } from 'vitest';
import { runCost } from '../../src/playground/view/run-cost.js';

const tokens = { input: 10_000, output: 1_000, cacheRead: 0, cacheWrite: 0, cacheWriteForHour: 0 };

test('a run costs its list price, with what the prompt cache saves and costs', () => {
  expect(runCost('claude-sonnet-5-5', tokens)).toBeCloseTo(0.03);
  expect(runCost('claude-haiku-5-5-20260901', tokens)).toBeCloseTo(0.0015);
  const cached = { ...tokens, cacheRead: 6_000, cacheWrite: 2_000, cacheWriteForHour: 1_000 };
  // 1,000 plain + 600 + 2,500 + 2,000 weighted tokens in.
  expect(runCost('claude-sonnet-5-5', cached)).toBeCloseTo(0.0122 + 0.01);
});

test('what is not known has no cost', () => {
  expect(runCost('another-model', tokens)).toBeUndefined();
  expect(runCost('claude-sonnet-5-5', undefined)).toBeUndefined();
});
