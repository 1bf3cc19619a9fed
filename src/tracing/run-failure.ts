/** Longer ones may quote what somebody wrote. */
const TOKEN = /^[\w.:-]{1,60}$/;

/** What LangSmith's own SDK calls a run that was given up. */
const CANCELLED = 'Cancelled';
/** Of errors by which somebody gave an answer up, down their causes. */
const GIVEN_UP: ReadonlySet<string> = new Set(['StoppedError', 'SupersededError']);

/**
 * What a failed run says of its error: names, codes and HTTP states down its causes. The message is left out, because
 * errors quote requests, and a run's error is shown to more people than its inputs.
 */
export class RunFailure extends Error {
  override name = 'RunFailure';

  constructor(error: unknown) {
    const all = causes(error);
    const isGivenUp = all.some((cause) => cause instanceof Error && GIVEN_UP.has(cause.name));
    super(isGivenUp ? CANCELLED : all.map(label).join(', because of '));
  }

  /** LangSmith's SDK records `String(error)`. */
  override toString(): string {
    return this.message;
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
