import { devNull } from 'node:os';
import { Client } from 'langsmith';
import type { Log } from '../logger.js';
import { createBreaker, type Outage } from './breaker.js';
import { createSecretMask } from './secret-mask.js';

export interface LangSmithClientOptions {
  readonly apiKey: string;
  /** Without a path: `https://api.smith.langchain.com`, a proxy, the playground's recorder. */
  readonly endpoint: string;
  /** Needed with a key that belongs to an organisation and not to one workspace. */
  readonly workspaceId?: string | undefined;
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  readonly log: Log;
  /** @default Date.now */
  readonly now?: () => number;
}

/** What may wait to be sent, when turns end faster than it goes out. Seconds of any real load. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** The way to LangSmith. One a process: a flush waits for what this very client holds. */
export interface LangSmithClient {
  /** Sends runs in the background, in batches, and holds a bounded number of them while LangSmith is away. */
  readonly batched: Client;
  /** Its calls resolve when LangSmith has taken them and reject when it has not: for feedback, which a batch would lose silently. */
  readonly direct: Client;
  readonly outage: Outage;
}

/**
 * What the SDK would otherwise take from the environment or from `~/.langsmith/config.json` is given here, so that the
 * same settings always do the same. One thing it still reads there: LANGSMITH_WORKSPACE_ID, where no workspace is given.
 */
export function createLangSmithClient(options: LangSmithClientOptions): LangSmithClient {
  const { apiKey, endpoint, workspaceId, fetch = globalThis.fetch, log, now = Date.now } = options;
  const breaker = createBreaker({ fetch, log, now });
  const settings = {
    apiKey,
    apiUrl: endpoint,
    ...(workspaceId !== undefined && { workspaceId }),
    profileConfigPath: devNull,
    fetchImplementation: breaker.fetch,
    // A retry more than the breaker needs would only hold memory.
    callerOptions: { maxRetries: 1 },
    anonymizer: createSecretMask(),
    // Masking metadata could rewrite a session_id, and so merge threads.
    hideMetadata: false,
    omitTracedRuntimeInfo: true,
    tracingSamplingRate: 1,
    tracingMode: 'langsmith' as const,
    maxIngestMemoryBytes: MAX_WAITING_BYTES,
    blockOnRootRunFinalization: false,
    disablePromptCache: true,
    debug: false,
  };
  return {
    batched: new Client(settings),
    direct: new Client({ ...settings, autoBatchTracing: false }),
    outage: breaker.outage,
  };
}
