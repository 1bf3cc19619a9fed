import type { Config } from '../config.js';
import { ExpectedError } from '../errors.js';
import type { Log } from '../logger.js';
import { createNetwork } from '../network.js';
import { linkedMessage } from '../slack/reading/linked-message.js';
import { messageTimeOf } from '../threads/message-time.js';
import { runIdFor } from '../threads/run-id.js';
import { sessionIdFor } from '../threads/session-id.js';
import type { MessageKey } from '../threads/thread.js';
import { type AddedExample, addExample } from '../tracing/add-example.js';
import { createCommandClient } from '../tracing/command-client.js';
import { createPrivacy, DEFAULT_TRACE_RULES } from '../tracing/privacy.js';
import { type ThreadFigures, TracedThreads, type TracedTurn } from '../tracing/traced-threads.js';
import { openLinkedPlace } from './linked-place.js';

/** What is known of the message behind a link. */
export interface LocatedThread {
  readonly sessionId: string;
  readonly threadUrl: string;
  /** The turn that the message asked or answered. Absent: LangSmith has none. */
  readonly turn: TracedTurn | undefined;
  readonly turnUrl: string | undefined;
  /** Earlier turns of the thread. */
  readonly before: readonly TracedTurn[];
}

/** An engineer's way from a link to a Slack message to what LangSmith has of it. What fails is an ExpectedError. */
export interface LangSmithDesk {
  locate(permalink: string): Promise<LocatedThread>;
  figures(sessionId: string): Promise<ThreadFigures>;
  /** @param options.answer is masked as traces are */
  addExample(
    located: LocatedThread,
    options: { readonly dataset: string; readonly answer?: string | undefined },
  ): Promise<AddedExample>;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly log: Log;
  /** Of whose installation the threads are. @default asked of Slack, with its bot token */
  readonly teamId?: string | undefined;
}

/** More often nobody edits a question. */
const MOST_REVISIONS = 100;

/** @throws ExpectedError without the settings of LangSmith. */
export function openLangSmithDesk(config: Config, { log, teamId }: DeskOptions): LangSmithDesk {
  const { langsmith, slack, traces } = config;
  if (!langsmith)
    throw new ExpectedError('This asks LangSmith: LANGSMITH_API_KEY must be set, got nothing (in .env).');
  const network = createNetwork(config.network);
  const client = createCommandClient({ ...langsmith, fetch: network.fetch });
  const threads = new TracedThreads({ client, projectName: langsmith.project });
  const place = openLinkedPlace({ slack, fetch: network.leanFetch, log, teamId });
  // Of any kind of conversation: nothing here says which it is.
  const { text: masked } = createPrivacy(traces?.rules ?? DEFAULT_TRACE_RULES).redaction(undefined, []);

  return {
    async locate(permalink) {
      const message = linkedMessage(permalink);
      if (!message)
        throw new ExpectedError(
          `The link must be one that Slack copies (⋮ -> Copy link), like https://acme.slack.com/archives/C0123456789/p1700000000123456, got "${permalink}".`,
        );
      const tenantId = await place.tenantOf(message);
      let sessionId = sessionIdFor({ tenantId, ...message });
      let turns = await threads.turns(sessionId);
      let turn = latestTo({ tenantId, ...message }, turns);
      if (!turn) {
        const answer = await place.answerIn(tenantId, message);
        if (answer === 'unseen') {
          turn = begunBy(turns, Number(message.messageTs) * 1_000);
        } else if (answer) {
          // A link without its thread leads here too.
          if (answer.sessionId !== sessionId) turns = await threads.turns(answer.sessionId);
          sessionId = answer.sessionId;
          turn = turns.find(({ runId }) => runId === answer.runId);
        }
      }
      if (turns.length === 0) throw new ExpectedError(noThread(langsmith.project, permalink));
      return {
        sessionId,
        threadUrl: await threads.threadUrl(sessionId),
        turn,
        turnUrl: turn && (await threads.turnUrl(turn.runId)),
        before: turn ? latestBefore(turns, turn) : [],
      };
    },
    figures: (sessionId) => threads.figures(sessionId),
    async addExample({ turn, before }, { dataset, answer }) {
      if (!turn) throw new ExpectedError('LangSmith must have a trace of this message, got none.');
      return addExample(client, { dataset, turn, before, answer: answer && masked(answer) });
    },
    close: () => network.close(),
  };
}

/** The last answer to a message. Its time alone does not tell: two messages may share a millisecond. */
function latestTo(message: MessageKey, turns: readonly TracedTurn[]): TracedTurn | undefined {
  const ids = new Set(Array.from({ length: MOST_REVISIONS }, (_, revision) => runIdFor(message, revision)));
  return turns.findLast(({ runId }) => ids.has(runId));
}

/** The bot answers a thread's questions one after the other: a message of its own belongs to what it began last before. */
function begunBy(turns: readonly TracedTurn[], time: number): TracedTurn | undefined {
  return turns
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .findLast(({ startedAt }) => startedAt <= time);
}

function noThread(project: string, permalink: string): string {
  const reply = permalink.includes('thread_ts=')
    ? ''
    : ' A link to a reply must hold "thread_ts", as "Copy link" gives it.';
  return `LangSmith must have traces of this thread, got none in the project "${project}": was the bot asked in it, and is the thread traced (TRACE_SAMPLE_RATE)?${reply}`;
}

/** Of a question that was answered more than once the last answer alone. */
export function latestBefore(turns: readonly TracedTurn[], turn: TracedTurn): TracedTurn[] {
  const latest = new Map(turns.map((each) => [messageTimeOf(each.runId), each]));
  const time = messageTimeOf(turn.runId);
  return [...latest].filter(([other]) => other < time).map(([, each]) => each);
}
