/** Examples are sent as a form, and a fetch that goes through a proxy is not Node's own and takes its forms for text. */
export function withPackedForms(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    if (!(init?.body instanceof FormData)) return fetch(input, init);
    const packed = new Response(init.body);
    const headers = new Headers(init.headers);
    headers.set('content-type', packed.headers.get('content-type') ?? '');
    return fetch(input, { ...init, headers: Object.fromEntries(headers), body: await packed.arrayBuffer() });
  };
}
