/** Seconds since 1970 and the nanoseconds after them. */
export type SpanTime = readonly [seconds: number, nanoseconds: number];

/** A run as OpenTelemetry has it, before any encoding. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent for a trace's first. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** `client`: a call of something outside. */
  readonly kind: 'internal' | 'client';
  readonly start: SpanTime;
  readonly end: SpanTime;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  /** Of one that failed: what its status says. */
  readonly error: string | undefined;
}

export type SpanValue = string | number | boolean | readonly string[];

/**
 * The trace's id is the first run's UUID without its dashes, which is the LangSmith trace's id: whoever has one finds the
 * other.
 */
export function traceIdOf(rootRunId: string): string {
  return rootRunId.replaceAll('-', '');
}

/** The last 16 digits of the run's UUID: the random half. The first half is a time, which siblings may share. */
export function spanIdOf(runId: string): string {
  return runId.replaceAll('-', '').slice(-16);
}

/** @param moment ISO 8601 with any number of decimals */
export function spanTimeOf(moment: string): SpanTime {
  const decimals = /\.(\d+)/.exec(moment)?.[1] ?? '';
  return [Math.floor(Date.parse(moment) / 1_000), Number(decimals.slice(0, 9).padEnd(9, '0'))];
}

export function secondsBetween(start: SpanTime, end: SpanTime): number {
  return end[0] - start[0] + (end[1] - start[1]) / 1e9;
}
