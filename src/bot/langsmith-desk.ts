import type { Config } from '../config.js';
import { ExpectedError } from '../errors.js';
import type { Log } from '../logger.js';
import { createNetwork } from '../network.js';
import { readInstallation } from '../slack/connection/installation.js';
import { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { linkedMessage } from '../slack/reading/linked-message.js';
import { messageTimeOf } from '../threads/message-time.js';
import { sessionIdFor } from '../threads/session-id.js';
import { type AddedExample, addExample } from '../tracing/add-example.js';
import { createLangSmithClient } from '../tracing/client.js';
import { type ThreadFigures, TracedThreads, type TracedTurn } from '../tracing/traced-threads.js';

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

/** An engineer's way from a link to a Slack message to what LangSmith has of it. */
export interface LangSmithDesk {
  locate(permalink: string): Promise<LocatedThread>;
  figures(sessionId: string): Promise<ThreadFigures>;
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

/** @throws ExpectedError without the settings of LangSmith. */
export function openLangSmithDesk(config: Config, { log, teamId }: DeskOptions): LangSmithDesk {
  const { langsmith, slack } = config;
  if (!langsmith)
    throw new ExpectedError('This asks LangSmith: LANGSMITH_API_KEY must be set, got nothing (in .env).');
  const network = createNetwork(config.network);
  const { direct: client } = createLangSmithClient({ ...langsmith, fetch: network.fetch, log });
  const threads = new TracedThreads({ client, projectName: langsmith.project });

  async function tenant(): Promise<string> {
    if (teamId !== undefined) return teamId;
    if (!slack)
      throw new ExpectedError(
        'The workspace must be known: set SLACK_BOT_TOKEN, or give its id with --team T0123456789.',
      );
    const { botToken, apiUrl } = slack;
    const settings = { botToken, apiUrl, fetch: network.leanFetch, log };
    return (await readInstallation(new WatchedWebClient(settings, () => {}))).teamId;
  }

  return {
    async locate(permalink) {
      const message = linkedMessage(permalink);
      if (!message)
        throw new ExpectedError(
          `The link must be one that Slack copies (⋮ -> Copy link), like https://acme.slack.com/archives/C0123456789/p1700000000123456, got "${permalink}".`,
        );
      const sessionId = sessionIdFor({ tenantId: await tenant(), ...message });
      const [threadUrl, turns] = await Promise.all([threads.threadUrl(sessionId), threads.turns(sessionId)]);
      // The question itself, or the last one before the bot's message.
      const turn = turns.findLast(({ runId }) => messageTimeOf(runId) <= Number(message.messageTs) * 1_000);
      const turnUrl = turn && (await threads.turnUrl(turn.runId));
      return { sessionId, threadUrl, turn, turnUrl, before: turn ? latestBefore(turns, turn) : [] };
    },
    figures: (sessionId) => threads.figures(sessionId),
    async addExample({ turn, before }, { dataset, answer }) {
      if (!turn) throw new ExpectedError('LangSmith must have a trace of this message, got none.');
      return addExample(client, { dataset, turn, before, answer });
    },
    close: () => network.close(),
  };
}

/** Of a question that was answered more than once the last answer alone. */
export function latestBefore(turns: readonly TracedTurn[], turn: TracedTurn): TracedTurn[] {
  const latest = new Map(turns.map((each) => [messageTimeOf(each.runId), each]));
  const time = messageTimeOf(turn.runId);
  return [...latest].filter(([other]) => other < time).map(([, each]) => each);
}
