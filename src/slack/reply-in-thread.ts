import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import type { AnswerEvent } from '../rag/answer-event.js';
import { closingBlocks } from './blocks.js';
import { MessageStream } from './message-stream.js';
import type { Question } from './question.js';
import { SafeMarkdown } from './safe-markdown.js';
import { ShutdownError } from './shutdown-error.js';
import { ThreadStatus } from './thread-status.js';

const RESTARTING = '\n\n_I am being restarted; when I am back I answer this again._';

export interface ReplyOptions {
  readonly client: WebClient;
  readonly question: Question;
  readonly runId: string;
  /** The workspace to name as the reader's when the event does not say. */
  readonly teamId: string;
  readonly log: Log;
  /** A sentence to add at the end, such as which files were not read; asked for when the answer is complete. */
  readonly footnote?: () => Promise<string>;
}

/**
 * The delivery contract: a status at once, words as they come, sources and feedback buttons at the end, and always an
 * end. Never rejects on account of the answer; rejects when Slack takes no message at all.
 */
export async function replyInThread(
  events: AsyncIterable<AnswerEvent>,
  options: ReplyOptions,
): Promise<void> {
  const { client, question, runId, log, footnote } = options;
  const { channelId, threadTs } = question.thread;
  const status = new ThreadStatus(client, question.thread, log);
  const stream = new MessageStream({
    client,
    channel: channelId,
    threadTs,
    recipientTeamId: question.userTeamId ?? options.teamId,
    recipientUserId: question.userId,
    log,
  });
  const safe = new SafeMarkdown();
  let end: 'streamed' | 'posted' | undefined;
  let blocks: ReturnType<typeof closingBlocks> = [];
  status.show('is searching the docs…');
  try {
    try {
      for await (const event of events) {
        if (event.type === 'text') stream.write(safe.write(event.text));
        else if (event.type === 'citation') stream.write(`${safe.end()} [${event.source.number}]`);
        else if (event.type === 'done') blocks = closingBlocks(event.sources, runId);
      }
      stream.write(`${safe.end()}${(await footnote?.()) ?? ''}`);
    } catch (error) {
      const restarting = error instanceof ShutdownError;
      if (!restarting) log.error({ err: error, reference: referenceOf(runId) }, 'answer failed');
      stream.write(`${safe.end()}${restarting ? RESTARTING : apology(runId, stream.shownAt !== undefined)}`);
      // Without buttons the answer counts as not ended, and the next start takes it away.
      blocks = restarting ? [] : closingBlocks([], runId);
    }
    end = await stream.finish(blocks);
  } finally {
    await status.clear({ shownAt: stream.shownAt, sessionClosed: end === 'streamed' });
  }
}

/** What a user can quote and an engineer can search for: the last part of the run id (the first is only the time). */
export function referenceOf(runId: string): string {
  return runId.slice(-12);
}

function apology(runId: string, midAnswer: boolean): string {
  const what = midAnswer
    ? '\n\n_Something went wrong and the answer ends here._'
    : 'Something went wrong and I could not answer.';
  return `${what} Please ask again; if it goes on, give your admin this reference: \`${referenceOf(runId)}\`.`;
}
