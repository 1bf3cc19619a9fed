import type { Fields } from './run-spec.js';

/** A run as LangSmith's API takes it. */
export interface Run {
  readonly id: string;
  readonly trace_id: string;
  /** LangSmith's sort key: start and id of every run from the trace's first down. */
  readonly dotted_order: string;
  readonly parent_run_id?: string;
  readonly name: string;
  readonly run_type: string;
  /** ISO 8601. */
  readonly start_time: string;
  readonly end_time?: string;
  /** The project's name. */
  readonly session_name: string;
  readonly inputs?: Fields;
  readonly outputs?: Fields;
  readonly extra: { readonly metadata: Fields };
  readonly events?: readonly { readonly name: string; readonly time: string }[];
  readonly error?: string;
}

/** Half of a run or all of it. A `post` begins it, and may end it too; a `patch` ends one that was begun before. */
export interface RunOperation {
  readonly kind: 'post' | 'patch';
  readonly run: Run;
  /** Of a `patch`: what its `post` held, for whoever takes runs in one piece. */
  readonly inputs?: Fields | undefined;
  /** Whether nobody's words are recorded in this trace. */
  readonly isBare: boolean;
}

/** Where runs go. Adding one costs no waiting and never throws. */
export interface RunSink {
  add(operation: RunOperation): void;
}

/** A sink whose end can be waited for. */
export interface RunSender extends RunSink {
  /** Sends what waits, for so long. @returns whether nothing was lost */
  flush(timeoutMs: number): Promise<boolean>;
}
