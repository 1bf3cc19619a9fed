import { devNull } from 'node:os';
import { Client } from 'langsmith';
import type { Log } from '../logger.js';
import { boundedFetch } from './bounded-fetch.js';
import { FailedTraces, type FailedTracesSettings } from './failed-traces.js';
import { type Outage, OutageWatch } from './outage.js';
import { withPackedForms } from './packed-forms.js';
import { LANGSMITH } from './recipient.js';
import { RunBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';
import { RunQueue } from './run-queue.js';
import type { RunSink } from './run-sink.js';
import { createSendRuns } from './send-runs.js';

export interface LangSmithClientOptions {
  readonly apiKey: string;
  /** Without a path: `https://api.smith.langchain.com`, a proxy, the playground's recorder. */
  readonly endpoint: string;
  /** Needed with a key that belongs to an organisation and not to one workspace. */
  readonly workspaceId?: string | undefined;
  /** Keeps what LangSmith does not take. Absent: that is lost. */
  readonly failedTraces?: FailedTracesSettings | undefined;
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  readonly log: Log;
  /** @default Date.now */
  readonly now?: () => number;
}

/** The way to LangSmith. One a process: a flush waits for what this very client holds. */
export interface LangSmithClient {
  /** Sends runs in the background, in batches, and holds a bounded number of them while LangSmith is away. */
  readonly runs: RunSink & {
    /** Sends what waits, for so long. @returns whether nothing was lost */
    flush(timeoutMs: number): Promise<boolean>;
  };
  /** Its calls resolve when LangSmith has taken them and reject when it has not: for feedback, which a batch would lose silently. */
  readonly direct: Client;
  readonly outage: Outage;
}

/**
 * What the SDK would otherwise take from the environment or from `~/.langsmith/config.json` is given here, so that the
 * same settings always do the same. One thing it still reads there: LANGSMITH_WORKSPACE_ID, where no workspace is given.
 */
export function createLangSmithClient(options: LangSmithClientOptions): LangSmithClient {
  const { apiKey, endpoint, workspaceId, failedTraces, log } = options;
  const { fetch = globalThis.fetch, now = Date.now } = options;
  const outage = new OutageWatch({ log, now, keeps: failedTraces !== undefined });
  return {
    outage,
    runs: new RunQueue({
      recipient: LANGSMITH,
      newBatch: () => new RunBatch(),
      send: createSendRuns({ apiKey, endpoint, workspaceId, fetch }),
      outage,
      failedTraces: failedTraces && new FailedTraces({ ...failedTraces, log, now: Date.now }),
      log,
    }),
    direct: new Client({
      apiKey,
      apiUrl: endpoint,
      ...(workspaceId !== undefined && { workspaceId }),
      profileConfigPath: devNull,
      fetchImplementation: boundedFetch(withPackedForms(fetch), RUN_LIMITS.timeoutMs),
      autoBatchTracing: false,
      omitTracedRuntimeInfo: true,
      tracingMode: 'langsmith',
      disablePromptCache: true,
      debug: false,
    }),
  };
}
