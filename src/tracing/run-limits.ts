/** What the way to LangSmith, or to another recipient, may take. */
export const RUN_LIMITS = {
  /** From the first run of a batch to its sending. */
  batchMs: 250,
  /** Halves of runs in a batch; LangSmith takes 100. */
  batchOperations: 100,
  /** LangSmith takes 20 MB; smaller ones pack while others travel. */
  batchBytes: 2 * 1024 * 1024,
  /** Requests at a time. */
  requests: 4,
  /** For one request. */
  timeoutMs: 5_000,
  /** Before the second try. */
  retryMs: 1_000,
  /** What may wait when turns end faster than runs are taken: seconds of any real load. */
  waitingBytes: 32 * 1024 * 1024,
  /** At the end of the process, of the time for sending: to keep the rest in a folder. */
  keepMs: 1_500,
} as const;
