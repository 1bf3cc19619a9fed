import { Client } from 'langsmith';
import type { Log } from '../logger.js';
import { boundedFetch } from './bounded-fetch.js';
import { FailedTraces, type FailedTracesSettings } from './failed-traces.js';
import { FeedbackQueue } from './feedback-queue.js';
import { hastyFetch } from './hasty-fetch.js';
import { type Outage, OutageWatch } from './outage.js';
import { withPackedForms } from './packed-forms.js';
import { RunBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';
import { RunQueue } from './run-queue.js';
import type { RunSender } from './run-sink.js';
import { SDK_SETTINGS } from './sdk-settings.js';
import { createSendRuns } from './send-runs.js';

export interface LangSmithClientOptions {
  readonly apiKey: string;
  /** Without a path: `https://api.smith.langchain.com`, a proxy, the playground's recorder. */
  readonly endpoint: string;
  /** Needed with a key that belongs to an organisation and not to one workspace. */
  readonly workspaceId?: string | undefined;
  /** Keeps what LangSmith does not take. Absent: that is lost. */
  readonly failedTraces?: FailedTracesSettings | undefined;
  /** Milliseconds for which nothing is sent after failures. @default 30,000 */
  readonly pauseMs?: number | undefined;
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  readonly log: Log;
  /** @default Date.now */
  readonly now?: () => number;
}

/** The way to LangSmith. One a process: a flush waits for what this very client holds. */
export interface LangSmithClient {
  /** Sends runs in the background, in batches, and holds a bounded number of them while LangSmith is away. */
  readonly runs: RunSender;
  /** Its calls resolve when LangSmith has taken them and reject when it has not: for feedback, which a batch would lose silently. */
  readonly direct: Client;
  /** The same without a second try and with few requests at a time, for whoever has a patience of their own. */
  readonly hasty: Client;
  /** Holds what people say of answers while LangSmith does not take it. */
  readonly votes: Pick<FeedbackQueue, 'add' | 'settle'>;
  readonly outage: Outage;
}

export function createLangSmithClient(options: LangSmithClientOptions): LangSmithClient {
  const { apiKey, endpoint, workspaceId, failedTraces, pauseMs, log } = options;
  const { fetch = globalThis.fetch, now = Date.now } = options;
  const outage = new OutageWatch({ log, now, keeps: failedTraces !== undefined, pauseMs });
  const sdk = {
    apiKey,
    apiUrl: endpoint,
    ...(workspaceId !== undefined && { workspaceId }),
    fetchImplementation: boundedFetch(withPackedForms(fetch), RUN_LIMITS.timeoutMs),
    autoBatchTracing: false,
    ...SDK_SETTINGS,
  };
  return {
    outage,
    votes: new FeedbackQueue({ outage, log, retryMs: pauseMs }),
    runs: new RunQueue({
      newBatch: () => new RunBatch(),
      send: createSendRuns({ apiKey, endpoint, workspaceId, fetch }),
      outage,
      failedTraces: failedTraces && new FailedTraces({ ...failedTraces, log, now: Date.now }),
    }),
    direct: new Client(sdk),
    hasty: new Client({
      ...sdk,
      fetchImplementation: hastyFetch(sdk.fetchImplementation),
      callerOptions: { maxConcurrency: 8 },
    }),
  };
}
