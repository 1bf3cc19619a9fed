/** What goes wrong with a request. `hang` never answers, `reset` cuts the connection, both before anything is taken. */
export type Fault =
  | { readonly status: number }
  | { readonly hang: true }
  | { readonly reset: true }
  | { readonly delayMs: number };

export type Route = 'info' | 'ingest' | 'projects' | 'feedback' | 'prompts' | 'datasets';

export interface FaultOptions {
  /** How many requests. @default all, until `recover()` */
  readonly times?: number;
  /** @default every route */
  readonly on?: Route;
}

/** Faults that were asked for, the oldest first. */
export class RequestFaults {
  #planned: { readonly fault: Fault; left: number; readonly on: Route | undefined }[] = [];

  plan(fault: Fault, { times = Number.POSITIVE_INFINITY, on }: FaultOptions = {}): void {
    this.#planned.push({ fault, left: times, on });
  }

  clear(): void {
    this.#planned = [];
  }

  take(route: Route | undefined): Fault | undefined {
    const found = this.#planned.find(({ on, left }) => left > 0 && (on === undefined || on === route));
    if (found) found.left -= 1;
    return found?.fault;
  }
}
