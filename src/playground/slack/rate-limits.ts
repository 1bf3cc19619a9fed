import { METHOD_TABLE } from './method-table.js';

const MINUTE_MS = 60_000;
/** chat.postMessage: about one a second and channel, and a short burst on top. */
const POST_BURST = 3;
const POST_INTERVAL_MS = 1_000;

/** Takes a call: 0 when it may pass, else the seconds to wait. Refused calls do not count. */
export type RateLimits = (call: {
  readonly teamId: string;
  readonly method: string;
  readonly channelId: string | undefined;
}) => number;

/** Slack's tiers, per workspace and method in a sliding minute. */
export function createRateLimits(now: () => number = Date.now): RateLimits {
  const windows = new Map<string, number[]>();

  function take(name: string, most: number, windowMs: number): number {
    const time = now();
    const recent = (windows.get(name) ?? []).filter((taken) => taken > time - windowMs);
    windows.set(name, recent);
    const [oldest] = recent;
    if (recent.length < most || oldest === undefined) {
      recent.push(time);
      return 0;
    }
    return Math.max(1, Math.ceil((oldest + windowMs - time) / 1000));
  }

  return ({ teamId, method, channelId }) => {
    if (method === 'chat.postMessage') {
      return take(`${teamId}:${method}:${channelId}`, POST_BURST, POST_BURST * POST_INTERVAL_MS);
    }
    const perMinute = METHOD_TABLE[method]?.perMinute;
    return perMinute === undefined ? 0 : take(`${teamId}:${method}`, perMinute, MINUTE_MS);
  };
}
