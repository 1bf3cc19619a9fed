import { devNull } from 'node:os';
import { Client } from 'langsmith';
import { createTracer, type Tracer } from '../../../src/tracing/tracer.js';

/** LangSmith as an experiment needs it: every run arrives, however long that takes. */
export function experimentClient(
  { apiKey, endpoint, workspaceId }: { apiKey: string; endpoint: string; workspaceId?: string },
  fetch: typeof globalThis.fetch,
): Client {
  return new Client({
    apiKey,
    apiUrl: endpoint,
    ...(workspaceId !== undefined && { workspaceId }),
    fetchImplementation: withPackedForms(fetch),
    ...SETTINGS,
  });
}

/** Examples are sent as a form, and a fetch that goes through a proxy is not Node's own and takes its forms for text. */
function withPackedForms(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    if (!(init?.body instanceof FormData)) return fetch(input, init);
    const packed = new Response(init.body);
    const headers = new Headers(init.headers);
    headers.set('content-type', packed.headers.get('content-type') ?? '');
    return fetch(input, { ...init, headers: Object.fromEntries(headers), body: await packed.arrayBuffer() });
  };
}

/** One that cannot reach anything. The SDK wants a client even where it sends nothing. */
export function offlineClient(): Client {
  const fetchImplementation = async (input: unknown): Promise<Response> => {
    throw new Error(`an offline run must make no request, got one to ${input}`);
  };
  return new Client({ apiKey: 'none', apiUrl: 'http://offline.invalid', fetchImplementation, ...SETTINGS });
}

const SETTINGS = {
  profileConfigPath: devNull,
  omitTracedRuntimeInfo: true,
  tracingMode: 'langsmith',
} as const;

/** The product's runs below those of an experiment, which decides where they go. */
export function experimentTracer(client: Client): Tracer {
  const outage = { lasts: () => false, lose() {}, loseFeedback() {}, runsLost: () => 0 };
  return createTracer({ client: { batched: client, direct: client, outage }, projectName: 'evaluators' });
}
