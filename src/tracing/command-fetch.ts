import { ExpectedError } from '../errors.js';
import { reasonOf } from './reason-of.js';

type Fetch = typeof globalThis.fetch;

class LangSmithError extends ExpectedError {
  override name = 'LangSmithError';
  /** The SDK makes no second try after it: whoever waits for a command had better be told at once. */
  readonly code = 'ECONNABORTED';
}

/**
 * Makes one sentence of whatever LangSmith refuses, and of its silence: status and what to do. A 409 is passed on: what is to
 * be made is there already.
 */
export function commandFetch(fetch: Fetch, endpoint: string): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' }).catch((error: unknown) => {
      throw new LangSmithError(
        `LangSmith must answer at ${endpoint} (LANGSMITH_ENDPOINT), got ${silence(error)}: is the address right, and the network up?`,
      );
    });
    if (response.ok || response.status === 409) return response;
    await response.body?.cancel();
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    throw new LangSmithError(refusal(response.status, endpoint, `${init?.method ?? 'GET'} ${pathname}`));
  };
}

/** In other words than the SDK's for a time that ran out, in which it would lose the sentence. */
function silence(error: unknown): string {
  const reason = reasonOf(error);
  return /time/i.test(reason) ? 'nothing for too long' : reason;
}

function refusal(status: number, endpoint: string, request: string): string {
  if (status === 401 || status === 403)
    return `LANGSMITH_API_KEY must be a key that ${endpoint} takes, got ${status}: see Settings -> API Keys in LangSmith. A key of an organisation also needs LANGSMITH_WORKSPACE_ID.`;
  if (status === 429 || status >= 500)
    return `LangSmith must take the request, got ${status} from ${endpoint}: try again in a minute.`;
  return `LangSmith must know the request ${request}, got ${status} from ${endpoint}: is LANGSMITH_ENDPOINT the address of its API, and a self-hosted one new enough?`;
}
