type Fetch = typeof globalThis.fetch;

/**
 * What LangSmith's own `/info` says, as far as the SDK asks. Answered here: a LangSmith that is down would otherwise cost
 * each first call the SDK's patience.
 */
const SERVER_INFO = {
  batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520 },
  instance_flags: { gzip_body_enabled: true, dataset_examples_multipart_enabled: true },
};

/**
 * For the SDK's own calls: a timeout that is meant, instead of its 90 s. No redirect is followed: the headers hold the key,
 * and a page to sign in would count as an answer.
 */
export function boundedFetch(fetch: Fetch, timeoutMs: number): Fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (pathname.endsWith('/info')) return Response.json(SERVER_INFO);
    return fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  };
}
