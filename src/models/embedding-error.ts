import { ExpectedError, TextRefusedError } from '../errors.js';

/** What OpenAI says of a request that no retry mends: a text that is too long, or empty. */
const REFUSED = new Set([400, 413, 422]);

/** By an answer's status. */
const FIXES: Readonly<Record<number, string>> = {
  401: 'check OPENAI_API_KEY',
  403: 'check what OPENAI_API_KEY may do',
  404: 'check EMBEDDING_MODEL and OPENAI_BASE_URL',
  429: 'check the rate limit and the credit of the account',
};

/** What an embedding client failed with, in a line for people. LangChain's appends a link to its own documentation. */
export function embeddingError(cause: unknown, timeoutMs: number): Error {
  if (!(cause instanceof Error)) return new ExpectedError(String(cause));
  const [line = ''] = cause.message.trim().split(/\n/);
  const message = line.replace(/[.\s]+$/, '');
  if (cause.name === 'TimeoutError') {
    return new ExpectedError(`expected an answer within ${timeoutMs / 1000} s, got none`, { cause });
  }
  const status = 'status' in cause && typeof cause.status === 'number' ? cause.status : undefined;
  // LangChain gives the one kind of 400 that it knows a class of its own, without the status.
  if (cause.name === 'ContextOverflowError' || (status !== undefined && REFUSED.has(status))) {
    return new TextRefusedError(message, { cause });
  }
  const fix = status === undefined ? undefined : FIXES[status];
  if (fix !== undefined) return new ExpectedError(`${message}: ${fix}`, { cause });
  const reason = status === undefined && reasonOf(cause);
  return new ExpectedError(reason ? `${message}: ${reason}` : message, { cause });
}

/** OpenAI's client says "Connection error." and keeps why in the cause of the cause. */
function reasonOf(error: Error): string | undefined {
  let deepest = error;
  while (deepest.cause instanceof Error) deepest = deepest.cause;
  if (deepest === error) return undefined;
  return deepest.message || ('code' in deepest ? String(deepest.code) : undefined);
}
