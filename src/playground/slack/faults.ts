import type { Arguments } from './arguments.js';

/** What goes wrong with a call. */
export type Fault =
  /** Slack refuses; further fields go into the answer, for instance `needed` with `missing_scope`. */
  | { readonly error: string; readonly [field: string]: unknown }
  | { readonly status: number }
  /** Sent to another address, as downloads of files are. */
  | { readonly redirect: string }
  /** HTTP 429, with `Retry-After` or, with null, without. */
  | { readonly rateLimited: number | null }
  /** Handled, but late. */
  | { readonly delayMs: number }
  /** Never answered and not handled; a download stops after its first half. */
  | { readonly hang: true }
  /** The connection is reset before the call is handled, or after it took effect. */
  | { readonly reset: 'before' | 'after' };

export interface FaultOptions {
  /** How many calls it hits. @default every one */
  readonly times?: number;
  /** Only calls whose arguments, or whose method where it hits several, match. */
  readonly match?: (args: Arguments, method: string) => boolean;
}

export interface Faults {
  /** @param method a method's name, `file_download`, or '*' for everything. */
  add(method: string, fault: Fault, options?: FaultOptions): void;
  /** The fault for this call, if any; each taken one counts. The oldest that matches wins. */
  take(method: string, args: Arguments): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let planned: { method: string; fault: Fault; match: NonNullable<FaultOptions['match']>; left: number }[] =
    [];
  return {
    add(method, fault, { times = Number.POSITIVE_INFINITY, match = () => true } = {}) {
      planned.push({ method, fault, match, left: times });
    },
    take(method, args) {
      const hit = planned.find((plan) => ['*', method].includes(plan.method) && plan.match(args, method));
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) planned = planned.filter((plan) => plan !== hit);
      return hit.fault;
    },
    clear() {
      planned = [];
    },
  };
}
