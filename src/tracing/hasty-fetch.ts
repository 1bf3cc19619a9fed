type Fetch = typeof globalThis.fetch;

/** No answer of LangSmith's, or one that refuses. Holds nothing of what it said: that may quote what was sent. */
class LangSmithFailure extends Error {
  override name = 'LangSmithFailure';
  /** Absent: no answer came, and the cause says why. */
  readonly status: number | undefined;
  /** The SDK, which tries everything five times whatever its settings say, makes no second try after it. */
  readonly code = 'ECONNABORTED';

  constructor(status: number | undefined, cause?: unknown) {
    super(`LangSmith must take the request, got ${status ?? 'no answer'}`, { cause });
    this.status = status;
  }
}

/** For calls of LangSmith's SDK by somebody who has a patience of their own: each is made once. */
export function hastyFetch(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init).catch((error: unknown) => {
      throw new LangSmithFailure(undefined, error instanceof Error ? (error.cause ?? error) : error);
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new LangSmithFailure(response.status);
  };
}
