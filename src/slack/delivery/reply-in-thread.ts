import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { AnswerEvent } from '../../rag/answer-event.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import type { SlackReach } from '../connection/slack-reach.js';
import { SafeMarkdown } from '../firewall/safe-markdown.js';
import type { Question } from '../intake/question.js';
import { SupersededError } from '../intake/superseded-error.js';
import { ShutdownError } from '../shutdown-error.js';
import { StoppedError } from '../stopped-error.js';
import { closingBlocks } from './blocks.js';
import { CitationPlacer } from './citation-placer.js';
import { MessageStream } from './message-stream.js';
import { ThreadStatus } from './thread-status.js';

const RESTARTING = '\n\n_I am being restarted; when I am back I answer this again._';
export const STOPPED = '_(stopped)_';
const WAITING = 'is waiting for its turn: Slack takes one message a second here…';
/** A wait that nobody notices is not worth a call. */
const NOTICED_MS = 1_500;

export interface ReplyOptions {
  readonly client: WebClient;
  readonly question: Question;
  readonly runId: string;
  /** The workspace to name as the reader's when the event does not say. */
  readonly teamId: string;
  readonly botUserId: string;
  /** What the workspace still lets us call: one object for all of its answers. */
  readonly budget: SlackBudget;
  /** Waits out an outage of Slack. Without it what cannot be sent now is given up. */
  readonly reach?: Pick<SlackReach, 'back'> | undefined;
  /** A message of the bot that the answer takes the place of, such as the answer to an edited question. */
  readonly replaces?: string | undefined;
  /** Hears the timestamp of each message of the answer, as soon as Slack has it. */
  readonly onMessage?: ((ts: string) => void) | undefined;
  /** For answers that end as a file. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly log: Log;
  /** Between two pieces of a streamed answer. @default 1.2 s */
  readonly intervalMs?: number | undefined;
  readonly now?: (() => number) | undefined;
  /** A sentence to add at the end, such as which files were not read; asked for when the answer is complete. */
  readonly footnote?: () => Promise<string>;
}

/** An answer as it stands in its thread. */
export interface Delivered {
  /** The timestamps of its messages, in order; a file has none. */
  readonly messages: readonly string[];
}

/**
 * The delivery contract: a status at once, words as they come, sources and feedback buttons at the end, and always an
 * end. Events that end with a `StoppedError` keep what was written; after a `SupersededError` nothing more is said. Never
 * rejects on account of the answer; rejects when Slack takes no message at all.
 */
export async function replyInThread(
  events: AsyncIterable<AnswerEvent>,
  options: ReplyOptions,
): Promise<Delivered> {
  const { client, question, runId, log, now, footnote } = options;
  const { channelId, threadTs } = question.thread;
  const status = new ThreadStatus(client, question.thread, log, now);
  const stream = new MessageStream({
    ...options,
    channel: channelId,
    threadTs,
    questionTs: question.key.messageTs,
    recipientTeamId: question.userTeamId ?? options.teamId,
    recipientUserId: question.userId,
    onWait: (ms) => ms >= NOTICED_MS && status.show(WAITING),
  });
  const safe = new SafeMarkdown();
  const placer = new CitationPlacer();
  const endOfText = () => safe.write(placer.end()) + safe.end();
  let end: 'streamed' | 'posted' | undefined;
  let blocks: ReturnType<typeof closingBlocks> = [];
  status.show('is searching the docs…');
  try {
    try {
      for await (const event of events) {
        if (event.type === 'text') {
          if (event.closing) stream.write(endOfText());
          stream.write(safe.write(placer.write(event.text)));
          // Streamed words say so themselves, and take the status away.
          if (stream.canStream) status.settle();
          else status.show('is writing…');
        } else if (event.type === 'citation') stream.write(safe.write(placer.cite(event.source.number)));
        else if (event.type === 'done') blocks = closingBlocks(event.sources, runId, event);
        else if (event.status === 'reading') {
          safe.links.add(event.found ?? []);
          status.show(`is reading ${event.passages} ${event.passages === 1 ? 'passage' : 'passages'}…`);
        }
      }
      stream.write(`${endOfText()}${(await footnote?.()) ?? ''}`);
    } catch (error) {
      if (error instanceof SupersededError) {
        await stream.abandon();
        return { messages: stream.messages };
      }
      const begun = endOfText();
      stream.write(begun + lastWords(error, runId, stream.hasText));
      const isRestart = error instanceof ShutdownError;
      if (!isRestart && !(error instanceof StoppedError))
        log.error({ err: error, reference: referenceOf(runId) }, 'answer failed');
      // Without buttons the answer counts as not ended, and the next start takes it away.
      blocks = isRestart ? [] : closingBlocks([], runId);
    }
    end = await stream.finish(blocks);
    return { messages: stream.messages };
  } finally {
    await status.clear({ shownAt: stream.shownAt, sessionClosed: end === 'streamed' });
  }
}

function lastWords(error: unknown, runId: string, midAnswer: boolean): string {
  if (error instanceof ShutdownError) return RESTARTING;
  if (error instanceof StoppedError) return midAnswer ? `\n\n${STOPPED}` : STOPPED;
  return apology(runId, midAnswer);
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
