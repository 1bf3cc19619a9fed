/** Longer ones may quote what somebody wrote. */
const TOKEN = /^[\w.:-]{1,60}$/;

/** What LangSmith's own SDK calls a run that was given up. */
const CANCELLED = 'Cancelled';
/** Of errors by which an answer was given up, down their causes: by a person, for a newer question, for a restart. */
const GIVEN_UP: ReadonlySet<string> = new Set(['StoppedError', 'SupersededError', 'ShutdownError']);

/**
 * What a failed run says of its error: names, codes and HTTP states down its causes. The message is left out, because
 * errors quote requests, and a run's error is shown to more people than its inputs.
 */
export class RunFailure extends Error {
  override name = 'RunFailure';
  /** The run was stopped and has not failed. */
  readonly isGivenUp: boolean;

  /** @param signal the one that the run was given: what an aborted request throws does not say why it was aborted */
  constructor(error: unknown, signal?: AbortSignal) {
    const reasons = signal?.aborted ? causes(signal.reason) : [];
    const all = [...new Set([...causes(error), ...reasons])];
    const isGivenUp = all.some((cause) => cause instanceof Error && GIVEN_UP.has(cause.name));
    super(isGivenUp ? CANCELLED : all.map(label).join(', because of '));
    this.isGivenUp = isGivenUp;
  }
}

function causes(error: unknown, depth = 0): unknown[] {
  const cause = error instanceof Error && depth < 3 ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...causes(cause, depth + 1)];
}

function label(error: unknown): string {
  if (!(error instanceof Error)) return 'Error';
  const details = [
    'status' in error && error.status,
    'code' in error && error.code,
    'type' in error && error.type,
  ].filter((detail) => (typeof detail === 'string' && TOKEN.test(detail)) || typeof detail === 'number');
  return [TOKEN.test(error.name) ? error.name : 'Error', ...details].join(' ');
}
