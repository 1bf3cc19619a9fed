export interface WaitOptions {
  /** @default 5000 */
  readonly timeoutMs?: number;
  /** What is awaited, for the message when it does not come. */
  readonly describe?: string;
}

/** For conditions that look at something else too, which announces nothing here. */
const RECHECK_MS = 20;

/**
 * Waits until `find` gives a value: it is asked again at every change.
 *
 * Rejects with `describe` and `report()` when the time is over, and with what `find` throws.
 */
export function waitFor<T>(
  find: () => T | undefined | null | false,
  subscribe: (changed: () => void) => () => void,
  report: () => string,
  { timeoutMs = 5_000, describe = 'the condition' }: WaitOptions = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearInterval(recheck);
      clearTimeout(deadline);
      unsubscribe();
      act();
    };
    const check = () => {
      try {
        const found = find();
        if (found !== undefined && found !== null && found !== false) settle(() => resolve(found));
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const unsubscribe = subscribe(check);
    const recheck = setInterval(check, RECHECK_MS);
    const deadline = setTimeout(() => {
      settle(() => reject(new Error(`Waited ${timeoutMs} ms for ${describe}, in vain.\n${report()}`)));
    }, timeoutMs);
    check();
  });
}
