import { ExpectedError } from '../../errors.js';
import { DEFAULT_LIMITS } from './limits.js';
import { patientFetch } from './patient-fetch.js';
import { readBody } from './read-body.js';
import type { SourceAccess } from './source-access.js';

/** Requests to one service, which alone gets its token. */
export interface ServiceFetch {
  /** Bounded in time and size, asked again after what passes; follows no redirect. */
  readonly fetch: typeof globalThis.fetch;
  /** @throws ExpectedError with the service's answer when it refuses. */
  json(url: string, init?: RequestInit): Promise<unknown>;
}

/**
 * @param apiUrl where the service is: an administrator's setting, so it may be inside the network
 * @param alsoHosts other hosts that it hands out addresses of
 */
export function serviceFetch(
  { fetch, signal, limits, sleep }: SourceAccess,
  apiUrl: string,
  alsoHosts: readonly string[] = [],
): ServiceFetch {
  const { requestMs, fileBytes } = { ...DEFAULT_LIMITS, ...limits };
  const hosts = new Set([new URL(apiUrl).host, ...alsoHosts]);
  const patient = patientFetch(fetch, sleep);

  const bounded: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!hosts.has(url.host))
      throw new ExpectedError(`Expected an address of ${[...hosts]}, got ${url.host}.`);
    const timeout = AbortSignal.timeout(requestMs);
    const response = await patient(url.href, {
      ...init,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const body = await readBody(response, fileBytes);
    return new Response(body.length > 0 ? new Uint8Array(body) : null, {
      status: response.status,
      headers: { 'content-type': response.headers.get('content-type') ?? '' },
    });
  };

  return {
    fetch: bounded,
    async json(url, init) {
      const response = await bounded(url, init);
      if (response.ok) return await response.json();
      const answer = (await response.text()).slice(0, 200);
      throw new ExpectedError(
        `${new URL(url).host} answered ${response.status}: ${answer}. Check the token, and what it may read.`,
      );
    },
  };
}
