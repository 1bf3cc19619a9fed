import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import { runIdFor } from '../threads/run-id.js';
import type { AnswerQuestion } from './answer-question.js';
import { FEEDBACK_ACTION, parseFeedback } from './blocks.js';
import type { Installation } from './installation.js';
import type { Journal, OpenQuestion } from './journal.js';
import { type Question, questionIn } from './question.js';
import { slackErrorCode } from './slack-errors.js';
import { ThreadStatus } from './thread-status.js';

export interface ResumeOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: AnswerQuestion;
  readonly log: Log;
}

/** A question that ends every process which takes it up must not do so for ever. */
const MOST_REVISIONS = 5;
const GIVEN_UP = 'I tried to answer this several times and failed. Please ask again, in other words.';

type ReplyMessage = NonNullable<
  Awaited<ReturnType<WebClient['conversations']['replies']>>['messages']
>[number];

/**
 * Answers what a dead process took and left. The question is read from Slack again; what had been written of its answer is
 * taken away.
 */
export function resumeQuestions(options: ResumeOptions, open: readonly OpenQuestion[]): void {
  if (open.length > 0) options.log.info({ questions: open.length }, 'answering what was left open');
  for (const question of open) void options.answers.answerLater(question, () => readAgain(options, question));
}

/**
 * Runs in the thread's turn, so that nothing of this process is being written there meanwhile. Undefined when the question
 * is answered already, is gone, or has ended every process that took it up.
 */
async function readAgain(
  { client, installation, log }: ResumeOptions,
  open: OpenQuestion,
): Promise<Question | undefined> {
  const status = new ThreadStatus(client, open, log);
  if (open.revision > MOST_REVISIONS) {
    const { channelId, messageTs, revision } = open;
    log.error({ channelId, messageTs, attempts: revision }, 'question given up: no attempt came to an end');
    await client.chat.postMessage({ channel: channelId, thread_ts: open.threadTs, text: GIVEN_UP });
    await status.clear({ shownAt: undefined, sessionClosed: false });
    return undefined;
  }
  const messages = await messagesFrom(client, open);
  const asked = messages.find(({ ts }) => ts === open.messageTs);
  const written = messages.filter(
    ({ user, ts }) => user === installation.botUserId && (ts ?? '') > open.messageTs,
  );
  if (!asked || written.some((message) => answersQuestion(message, open))) {
    // The process may have died between its last word and the end of its status.
    await status.clear({ shownAt: undefined, sessionClosed: false });
    return undefined;
  }
  // Answers in a thread follow one another: what stands behind the last finished one is this question's beginning.
  const finished = written.findLastIndex((message) => buttonRunId(message) !== undefined);
  for (const { ts } of written.slice(finished + 1)) if (ts) await takeAway(client, open.channelId, ts);
  return questionOf(asked, open, installation);
}

async function messagesFrom(
  client: WebClient,
  { channelId, threadTs, messageTs }: OpenQuestion,
): Promise<ReplyMessage[]> {
  const { messages = [] } = await client.conversations.replies({
    channel: channelId,
    ts: threadTs,
    oldest: messageTs,
    inclusive: true,
    limit: 200,
  });
  return messages;
}

/** The message as the event that it once came in. It was for the bot then, so it counts as a mention. */
function questionOf(
  message: ReplyMessage,
  open: OpenQuestion,
  { botUserId }: Installation,
): Question | undefined {
  const event = { ...message, type: 'app_mention', channel: open.channelId };
  return questionIn({ context_team_id: open.tenantId, event }, botUserId);
}

/** An answer that came to its end names its run in its buttons. */
function answersQuestion(message: ReplyMessage, open: OpenQuestion): boolean {
  const runId = buttonRunId(message);
  for (let revision = 0; runId && revision < open.revision; revision += 1) {
    if (runId === runIdFor(open, revision)) return true;
  }
  return false;
}

function buttonRunId({ blocks = [] }: ReplyMessage): string | undefined {
  for (const block of blocks) {
    const elements: readonly unknown[] = Array.isArray(block.elements) ? block.elements : [];
    for (const element of elements) {
      const value = feedbackValue(element);
      if (value) return parseFeedback(value)?.runId;
    }
  }
  return undefined;
}

function feedbackValue(element: unknown): string | undefined {
  if (typeof element !== 'object' || element === null) return undefined;
  if (!('action_id' in element) || element.action_id !== FEEDBACK_ACTION || !('positive_button' in element))
    return undefined;
  const button = element.positive_button;
  return typeof button === 'object' && button !== null && 'value' in button
    ? String(button.value)
    : undefined;
}

/** An open stream cannot be deleted, a closed one not be closed again; and somebody may have deleted it already. */
async function takeAway(client: WebClient, channel: string, ts: string): Promise<void> {
  await client.chat.stopStream({ channel, ts, markdown_text: '…' }).catch(() => undefined);
  await client.chat.delete({ channel, ts }).catch((error: unknown) => {
    if (slackErrorCode(error) !== 'message_not_found') throw error;
  });
}
