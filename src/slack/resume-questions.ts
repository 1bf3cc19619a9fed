import type { WebClient } from '@slack/web-api';
import type { Log } from '../logger.js';
import { runIdFor } from '../threads/run-id.js';
import type { AnswerQuestion } from './answer-question.js';
import { FEEDBACK_ACTION, parseFeedback } from './blocks.js';
import type { Installation } from './installation.js';
import type { Journal, OpenQuestion } from './journal.js';
import { type Question, questionIn } from './question.js';
import { slackErrorCode } from './slack-errors.js';

export interface ResumeOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: AnswerQuestion;
  readonly log: Log;
}

const GONE = new Set([
  'thread_not_found',
  'message_not_found',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
]);

type ReplyMessage = NonNullable<
  Awaited<ReturnType<WebClient['conversations']['replies']>>['messages']
>[number];

/**
 * Answers what a dead process took and left: at start everything of this process's own (`all`), later what other
 * processes stopped renewing. The question is read from Slack again; what had been written of its answer is taken away.
 *
 * Resolves when the questions are this process's, and answers them behind that. At start it must have resolved before the
 * first event is taken, or what comes in then would be taken over as well.
 */
export async function resumeQuestions(options: ResumeOptions, { all }: { all: boolean }): Promise<void> {
  const open = await options.journal.takeOver({ all });
  if (open.length > 0) options.log.info({ questions: open.length }, 'answering what was left open');
  for (const question of open) void resumeOrLeave(options, question);
}

/** Never rejects: what cannot be resumed now is taken over again when its lease is over. */
async function resumeOrLeave(options: ResumeOptions, open: OpenQuestion): Promise<void> {
  try {
    await resume(options, open).catch((error: unknown) => {
      // The thread, the channel or the bot's place in it is gone: nobody waits for an answer there.
      if (!GONE.has(slackErrorCode(error) ?? '')) throw error;
      return options.journal.settle(open);
    });
  } catch (error) {
    const { channelId, messageTs } = open;
    options.log.error({ err: error, channelId, messageTs }, 'question not resumed; it is tried again later');
  }
}

async function resume(
  { client, installation, journal, answers }: ResumeOptions,
  open: OpenQuestion,
): Promise<void> {
  const messages = await messagesFrom(client, open);
  const asked = messages.find(({ ts }) => ts === open.messageTs);
  const question = asked && questionOf(asked, open, installation);
  const written = messages.filter(
    ({ user, ts }) => user === installation.botUserId && (ts ?? '') > open.messageTs,
  );
  if (!question || written.some((message) => answersQuestion(message, open)))
    return await journal.settle(open);
  for (const { ts } of written.filter(isUnfinished)) if (ts) await takeAway(client, open.channelId, ts);
  void answers.answer(question, open.revision);
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

/** A finished answer names its run in its buttons. */
function answersQuestion(message: ReplyMessage, open: OpenQuestion): boolean {
  const runId = buttonRunId(message);
  for (let revision = 0; runId && revision < open.revision; revision += 1) {
    if (runId === runIdFor(open, revision)) return true;
  }
  return false;
}

function isUnfinished(message: ReplyMessage): boolean {
  return buttonRunId(message) === undefined;
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

/** An open stream cannot be deleted, a closed one cannot be closed: each call may fail, the message goes all the same. */
async function takeAway(client: WebClient, channel: string, ts: string): Promise<void> {
  await client.chat.stopStream({ channel, ts, markdown_text: '…' }).catch(() => undefined);
  await client.chat.delete({ channel, ts });
}
