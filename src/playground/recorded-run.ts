/** A run as LangSmith received it. */
export interface RecordedRun {
  readonly id: string;
  readonly traceId: string;
  readonly parentRunId?: string | undefined;
  readonly name: string;
  /** LangSmith's run type: chain, llm, retriever, … */
  readonly runType: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** When the model's first word came; on llm runs that stream. */
  readonly firstTokenTime?: number | undefined;
  /** Absent while the run has not ended. */
  readonly endTime?: number | undefined;
  readonly error?: string | undefined;
  readonly model?: string | undefined;
  readonly tokens?: RunTokens | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** As LangSmith counts: those read from and written to the prompt cache are part of `input`. */
export interface RunTokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  /** For five minutes. */
  readonly cacheWrite: number;
  readonly cacheWriteForHour: number;
}

/** Feedback as LangSmith received it. */
export interface RecordedFeedback {
  readonly runId: string;
  readonly key: string;
  readonly score?: number | undefined;
  /** What was chosen, where the key stands for a choice and not a score. */
  readonly value?: string | undefined;
  readonly comment?: string | undefined;
}

/** What the page needs of the local LangSmith recorder. */
export interface TraceRecorder {
  /** Every run received with this `session_id`, in any order. */
  runsIn(sessionId: string): readonly RecordedRun[];
  /** Every run received of this trace, in any order. */
  runsOf(traceId: string): readonly RecordedRun[];
  run(runId: string): RecordedRun | undefined;
  feedbackOn(runId: string): readonly RecordedFeedback[];
  onChange(listener: () => void): () => void;
}
