import { devNull } from 'node:os';
import { Client } from 'langsmith';
import { withPackedForms } from '../../../src/tracing/packed-forms.js';
import type { TraceRules } from '../../../src/tracing/privacy.js';
import type { RunOperation } from '../../../src/tracing/run-sink.js';
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

/** Questions of a dataset are nobody's. */
const UNMASKED: TraceRules = { content: { public: 'full', private: 'full', direct: 'full' }, sampleRate: 1 };

/** The product's runs below those of an experiment, which decides where they go. */
export function experimentTracer(client: Client): Tracer {
  const never = () => false;
  const outage = {
    lasts: never,
    losesRuns: never,
    lose() {},
    loseFeedback() {},
    runsLost: () => 0,
    whenOver() {},
  };
  const votes = { add: (_id: string, send: () => Promise<void>) => send(), settle: async () => true };
  const runs = {
    // All of them are below an experiment's, and so come whole.
    add({ run }: RunOperation) {
      const { session_name: project_name, inputs = {}, ...fields } = run;
      void client.createRun({ ...fields, project_name, inputs: { ...inputs } });
    },
    flush: async () => {
      await client.awaitPendingTraceBatches();
      return true;
    },
  };
  return createTracer({
    client: { runs, direct: client, hasty: client, votes, outage },
    projectName: 'evaluators',
    rules: UNMASKED,
  });
}
