import { ExpectedError } from '../../errors.js';
import { connectionError } from './connection-error.js';
import { DEFAULT_LIMITS } from './limits.js';
import { patientFetch } from './patient-fetch.js';
import { readBody } from './read-body.js';
import type { SourceAccess } from './source-access.js';

/** Requests to one service, which alone gets its token. */
export interface ServiceFetch {
  /** Bounded in time and size, asked again after what passes; follows no redirect. */
  readonly fetch: typeof globalThis.fetch;
  /** @throws ExpectedError with the service's answer when it refuses, or when what it answers is no JSON. */
  json(url: string, init?: RequestInit): Promise<unknown>;
}

const KEPT_HEADERS = ['content-type', 'location', 'x-ratelimit-remaining'];
/** Of an answer that is shown to a person. */
const SHOWN_CHARS = 200;

/**
 * @param apiUrl where the service is: an administrator's setting, so it may be inside the network
 * @param alsoHosts other hosts that it hands out addresses of
 */
export function serviceFetch(
  { fetch, signal, limits, sleep }: SourceAccess,
  apiUrl: string,
  alsoHosts: readonly string[] = [],
): ServiceFetch {
  const { requestMs: timeoutMs, fileBytes } = { ...DEFAULT_LIMITS, ...limits };
  const hosts = new Set([new URL(apiUrl).host, ...alsoHosts]);
  const patient = patientFetch(fetch, { timeoutMs, sleep });

  const bounded: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!hosts.has(url.host))
      throw new ExpectedError(`Expected an address of ${[...hosts]}, got ${url.host}.`);
    try {
      const response = await patient(url.href, { ...init, redirect: 'manual', signal: signal ?? null });
      const body = await readBody(response, fileBytes);
      const headers = new Headers();
      for (const name of KEPT_HEADERS) {
        const value = response.headers.get(name);
        if (value !== null) headers.set(name, value);
      }
      return new Response(body.length > 0 ? new Uint8Array(body) : null, {
        status: response.status,
        headers,
      });
    } catch (error) {
      signal?.throwIfAborted();
      const { message } = connectionError(error);
      throw new ExpectedError(`${url.host} cannot be asked: ${message}`, { cause: error });
    }
  };

  return {
    fetch: bounded,
    async json(url, init) {
      const response = await bounded(url, init);
      const { host } = new URL(url);
      const text = await response.text();
      if (!response.ok) throw refusal(host, response, text);
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new ExpectedError(
          `Expected JSON from ${host}, got ${shown(text)}: is its address that of an API, and not of a login page?`,
          { cause },
        );
      }
    },
  };
}

function refusal(host: string, { status, headers }: Response, text: string): ExpectedError {
  const location = headers.get('location');
  if (location !== null) {
    return new ExpectedError(
      `${host} answered ${status} and sends on to ${location.slice(0, SHOWN_CHARS)}: check its address, and the token.`,
    );
  }
  return new ExpectedError(
    `${host} answered ${status}: ${shown(text)}. Check the token, and what it may read.`,
  );
}

function shown(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, SHOWN_CHARS) || 'nothing';
}
