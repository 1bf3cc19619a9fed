export type Json = Readonly<Record<string, unknown>>;

/** A run as LangSmith would show it: its start and its end put together. */
export interface ReceivedRun {
  readonly id: string;
  readonly traceId: string;
  /** Absent for the root of a trace. */
  readonly parentRunId?: string | undefined;
  /** LangSmith's sort key: start time and id of every run from the root down. */
  readonly dottedOrder: string;
  readonly name: string;
  /** chain, llm, retriever, … */
  readonly runType: string;
  readonly projectName: string;
  /** The project's id: LangSmith calls it the run's `session_id`, not to be confused with the one in the metadata. */
  readonly projectId: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Absent while the run has not ended. */
  readonly endTime?: number | undefined;
  readonly inputs: Json;
  readonly outputs?: Json | undefined;
  readonly error?: string | undefined;
  readonly events: readonly Json[];
  readonly metadata: Json;
}

/** A run with the runs below it, in the order of their start. */
export interface ReceivedTree {
  readonly run: ReceivedRun;
  readonly children: readonly ReceivedTree[];
}

export interface ReceivedFeedback {
  readonly id: string;
  readonly runId: string;
  readonly traceId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly key: string;
  readonly score?: number | undefined;
  readonly value?: string | undefined;
  readonly comment?: string | undefined;
  /** "app" for a user's vote. */
  readonly sourceType: string;
  readonly sourceInfo: Json;
  /** Whether it moves its trace to the extended retention, as feedback does that does not decline it. */
  readonly extendsRetention: boolean;
  /** Milliseconds since 1970; no two the same. */
  readonly modifiedAt: number;
  /** How often it was changed after it was made. */
  readonly changes: number;
}
