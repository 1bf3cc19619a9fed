import type { Log } from '../../logger.js';
import { runIdFor } from '../../threads/run-id.js';
import { sessionIdFor } from '../../threads/session-id.js';
import type { Installation } from '../connection/installation.js';
import type { PrivateMessage } from '../connection/response-url.js';
import type { FindRun } from '../feedback/find-run.js';
import type { Journal } from '../intake/journal.js';
import type { MayViewTraces } from '../people/may-view-traces.js';

/** LangSmith's pages. Fulfilled by `tracing/`. */
export interface TraceLinks {
  threadUrl(sessionId: string): Promise<string>;
  turnUrl(runId: string): Promise<string>;
}

export interface OpenInLangSmithOptions {
  readonly installation: Installation;
  readonly journal: Pick<Journal, 'find'>;
  readonly findRun: FindRun;
  readonly mayViewTraces: MayViewTraces;
  /** Whether LangSmith gets a thread. */
  readonly isTraced: (sessionId: string) => boolean;
  /** Absent: nothing is traced. */
  readonly links: TraceLinks | undefined;
  readonly log: Log;
}

/** The message whose menu it was chosen in. */
export interface ChosenMessage {
  readonly tenantId: string;
  readonly channelId: string;
  readonly messageTs: string;
  readonly threadTs: string;
  readonly authorId: string;
  readonly userId: string;
}

const NOT_YOU =
  'Threads in LangSmith are for those who look after me. An admin of mine can add you with `LANGSMITH_VIEWERS`.';
const OFF = 'I am not set up to trace answers, so LangSmith has nothing of this thread.';
const NOT_TRACED =
  'LangSmith gets a share of the threads (`TRACE_SAMPLE_RATE`), and this one is not among them.';
const FAILED = 'I could not find the page in LangSmith. Please try again in a minute.';

/** Resolves to what the one who chose it is shown. Never rejects. */
export async function openInLangSmith(
  options: OpenInLangSmithOptions,
  message: ChosenMessage,
): Promise<PrivateMessage> {
  const { mayViewTraces, isTraced, links, log } = options;
  const shown = (text: string) => ({ text, threadTs: message.threadTs });
  try {
    if (!(await mayViewTraces(message.userId))) return shown(NOT_YOU);
    if (!links) return shown(OFF);
    const sessionId = sessionIdFor(message);
    if (!isTraced(sessionId)) return shown(NOT_TRACED);
    const [thread, runId] = await Promise.all([links.threadUrl(sessionId), runOf(options, message)]);
    const turn = runId && ` · <${await links.turnUrl(runId)}|this turn>`;
    return shown(`In LangSmith: <${thread}|the thread>${turn ?? ''}`);
  } catch (error) {
    log.warn({ err: error }, 'no link to LangSmith could be made');
    return shown(FAILED);
  }
}

/** An answer names its run itself; of a question the journal knows the latest answer's, for some days. */
async function runOf(
  { installation, journal, findRun }: OpenInLangSmithOptions,
  message: ChosenMessage,
): Promise<string | undefined> {
  if (message.authorId === installation.botUserId) return (await findRun(message))?.runId;
  const taken = await journal.find(message);
  return taken && runIdFor(taken, taken.revision);
}
