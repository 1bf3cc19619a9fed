import { setTimeout } from 'node:timers/promises';
import type { RegisteredSource } from '../source.js';

export interface KeepRefreshedOptions {
  readonly sources: () => Promise<readonly RegisteredSource[]>;
  /** Brings sources up to date, and logs what became of them. Ends soon after the signal. */
  readonly refresh: (names: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** How old a source may become, in milliseconds; also how soon one that failed is tried again. */
  readonly everyMs: number;
  /** How often it is looked which source is due, in milliseconds. @default a minute */
  readonly lookEveryMs?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Refreshes each source when its last refresh is older than `everyMs`, whoever made that one: a restart does not begin anew,
 * and of several replicas one does the work. One refresh at a time. Returns its end.
 */
export function keepRefreshed({
  sources,
  refresh,
  onError,
  everyMs,
  lookEveryMs = 60_000,
  now = Date.now,
}: KeepRefreshedOptions): () => Promise<void> {
  const stop = new AbortController();
  const triedAt = new Map<string, number>();

  const isDue = ({ name, refreshedAt }: RegisteredSource) => {
    const last = Math.max(refreshedAt === undefined ? 0 : Date.parse(refreshedAt), triedAt.get(name) ?? 0);
    return now() - last >= everyMs;
  };

  const nextDue = async () => (await sources()).find(isDue);

  async function look(): Promise<void> {
    try {
      // Asked anew after each: another replica may have refreshed the next one meanwhile.
      for (let due = await nextDue(); due && !stop.signal.aborted; due = await nextDue()) {
        triedAt.set(due.name, now());
        await refresh([due.name], stop.signal);
      }
    } catch (error) {
      onError(error);
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await look();
      await setTimeout(Math.min(lookEveryMs, everyMs), undefined, { signal: stop.signal, ref: false }).catch(
        () => {},
      );
    }
  }

  const ended = run();
  return () => {
    stop.abort();
    return ended;
  };
}
