/** An error whose message is written for people: `main` and the commands print it as it is, without a stack, and exit 1. */
export class ExpectedError extends Error {
  override name = 'ExpectedError';
}

/** An embedding service does not take a text, such as one that is too long; others it may take. */
export class TextRefusedError extends ExpectedError {
  override name = 'TextRefusedError';
}

/** One setting that stops the start. */
export interface ConfigProblem {
  /** The setting's name; "A or B" where either would do. */
  readonly setting: string;
  /** Completes "<setting> must …". */
  readonly expected: string;
  /** What was found; never more of a secret than its prefix. */
  readonly got: string;
  /** Where it is found or changed: a page of Slack's or a vendor's console. */
  readonly fix: string;
}

/** Every problem of a configuration at once, one line each. */
export class ConfigError extends ExpectedError {
  override name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(
      ({ setting, expected, got, fix }) => `  ${setting} must ${expected}, got ${got}: ${fix}`,
    );
    const count = problems.length === 1 ? '1 setting needs' : `${problems.length} settings need`;
    super([`${count} a change (in .env or the environment):`, ...lines].join('\n'));
    this.problems = problems;
  }
}
