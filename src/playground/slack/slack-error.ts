/** A refusal in Slack's words: answered as `{ ok: false, error: code }`. */
export class SlackError extends Error {
  readonly code: string;
  /** Goes to `response_metadata.messages`, as Slack explains its validation errors. */
  readonly details: readonly string[];

  constructor(code: string, ...details: readonly string[]) {
    super([code, ...details].join(': '));
    this.name = 'SlackError';
    this.code = code;
    this.details = details;
  }
}
