import { setTimeout } from 'node:timers/promises';
import { retryAfterMs } from './slack-errors.js';

/**
 * A call to Slack that waits once when Slack asks to be left alone, for at most `maxWaitMs`, and is then made again.
 * Rejects with Slack's error when the wait would be longer, or the second call fails too.
 */
export async function patiently<T>(call: () => Promise<T>, maxWaitMs: number): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const wait = retryAfterMs(error);
    if (wait === undefined || wait > maxWaitMs) throw error;
    await setTimeout(wait);
    return call();
  }
}
