import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import { runIdFor } from '../../threads/run-id.js';
import type { AnswerQuestion } from '../answer-question.js';
import type { Installation } from '../connection/installation.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import type { SlackReach } from '../connection/slack-reach.js';
import { closingBlocks } from '../delivery/blocks.js';
import { STOPPED } from '../delivery/reply-in-thread.js';
import { sayInThread } from '../delivery/say-in-thread.js';
import { ThreadStatus } from '../delivery/thread-status.js';
import { type Reply, readReplies } from '../reading/read-replies.js';
import { endsAnswer, isOfAnswer } from '../reading/written-answer.js';
import { sharedQuestionIn } from '../surfaces/shared-question.js';
import { controlWord } from './control-word.js';
import type { Journal, OpenQuestion } from './journal.js';
import { type Question, questionIn } from './question.js';
import { takeAway } from './take-away.js';
import type { ThreadCommands } from './thread-commands.js';
import { WAITING, WaitingMark } from './waiting-mark.js';

export interface ResumeOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: AnswerQuestion;
  readonly commands: Pick<ThreadCommands, 'obey'>;
  readonly budget: SlackBudget;
  readonly reach: Pick<SlackReach, 'read'>;
  readonly log: Log;
}

/** A question that ends every process which takes it up must not do so for ever. */
const MOST_REVISIONS = 5;
const GIVEN_UP = 'I tried to answer this several times and failed. Please ask again, in other words.';

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
async function readAgain(options: ResumeOptions, open: OpenQuestion): Promise<Question | undefined> {
  const { client, installation, journal, commands, reach, log } = options;
  const status = new ThreadStatus(client, open, log);
  const nothingToDo = async (): Promise<undefined> => {
    // The process may have died between its last word and the end of its status.
    await status.clear({ shownAt: undefined, sessionClosed: false });
  };
  if (open.revision > MOST_REVISIONS) {
    const { channelId, messageTs, revision } = open;
    log.error({ channelId, messageTs, attempts: revision }, 'question given up: no attempt came to an end');
    await sayInThread(options, open, GIVEN_UP);
    return nothingToDo();
  }
  const [taken, thread, replies] = await Promise.all([
    journal.find(open),
    journal.answersIn(open),
    reach.read(() => readReplies(client, open)),
  ]);
  if (!taken) return nothingToDo();
  const asked = replies.find(({ ts }) => ts === open.messageTs);
  const written = replies.filter(
    ({ user, ts = '' }) => user === installation.botUserId && ts > open.messageTs,
  );
  if (asked && written.some((message) => endsAnswer(message, taken))) return nothingToDo();
  const begun = written.filter((message) => isOfAnswer(message, taken, thread));
  if (taken.wish === 'stopped') {
    for (const { ts } of begun) if (ts) await closeStopped(client, open, ts);
    return nothingToDo();
  }
  for (const { ts } of begun) if (ts) await takeAway(client, open.channelId, ts);
  await journal.forgetAnswer(open);
  if (!asked) return nothingToDo();
  if (asked.reactions?.some(({ name, users }) => name === WAITING && users?.includes(installation.botUserId)))
    void new WaitingMark(open, options).clear({ anyway: true });
  const question = questionOf(asked, open, installation);
  const word = question && controlWord(question.text);
  if (!word) return question;
  await commands.obey(question, word, true);
  return undefined;
}

/**
 * The message as the event that it once came in. It was for the bot then, so it counts as a mention. One that the bot posted
 * for somebody is that person's question.
 */
export function questionOf(
  message: Reply,
  open: OpenQuestion,
  { botUserId }: Pick<Installation, 'botUserId'>,
): Question | undefined {
  const shared = message.user === botUserId ? sharedQuestionIn(message) : undefined;
  const author = shared && { user: shared.userId, bot_id: undefined, subtype: undefined };
  const event = { ...message, ...author, type: 'app_mention', channel: open.channelId };
  const question = questionIn({ context_team_id: open.tenantId, event }, botUserId);
  // The message itself was read: what it names are its files.
  return question && { ...question, ...(shared && { text: shared.text }), filesKnown: true };
}

/** It was stopped while its process died: what is there stays, and says so. */
async function closeStopped(client: WebClient, open: OpenQuestion, ts: string): Promise<void> {
  const blocks = closingBlocks([], runIdFor(open, open.revision - 1));
  const end = { channel: open.channelId, ts, markdown_text: `\n\n${STOPPED}`, blocks };
  await client.chat.stopStream(end).catch(() => undefined);
}
