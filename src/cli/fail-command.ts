import { ExpectedError } from '../errors.js';

/** Says on stderr what ended a command, in a sentence where it is one, and makes 1 its exit code. */
export function failCommand(error: unknown): void {
  const expected = expectedIn(error);
  console.error(expected ? expected.message : error);
  process.exitCode = 1;
}

/** SDKs put an error of their own around what a request threw. */
function expectedIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return error instanceof ExpectedError || isOfArguments(error) ? error : expectedIn(error.cause);
}

/** From Node's `parseArgs`, whose messages are sentences. */
function isOfArguments(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}
