/** A run as LangSmith received it, as far as the page shows it. */
export interface RecordedRun {
  readonly id: string;
  readonly traceId: string;
  readonly parentRunId?: string | undefined;
  readonly name: string;
  /** LangSmith's run type: chain, llm, retriever, … */
  readonly runType: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Absent while the run has not ended. */
  readonly endTime?: number | undefined;
  readonly error?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/** Feedback as LangSmith received it. */
export interface RecordedFeedback {
  readonly runId: string;
  readonly key: string;
  readonly score?: number | undefined;
}

/** What the page needs of the local LangSmith recorder. */
export interface TraceRecorder {
  /** Every run received with this `session_id`, in any order. */
  runsIn(sessionId: string): readonly RecordedRun[];
  feedbackOn(runId: string): readonly RecordedFeedback[];
  onChange(listener: () => void): () => void;
}
