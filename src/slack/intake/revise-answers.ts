import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { MessageKey } from '../../threads/thread.js';
import type { AnswerQuestion } from '../answer-question.js';
import type { Installation } from '../connection/installation.js';
import { readReplies } from '../reading/read-replies.js';
import { withoutButtons } from '../reading/written-answer.js';
import { StoppedError } from '../stopped-error.js';
import { controlWord } from './control-word.js';
import type { Journal, OpenQuestion, TakenMessage, WishedMessage } from './journal.js';
import type { Question } from './question.js';
import { questionOf } from './resume-questions.js';
import { SupersededError } from './superseded-error.js';
import { takeAway } from './take-away.js';
import type { ThreadEvent } from './thread-event.js';
import { ThreadQueue } from './thread-queue.js';

export interface ReviseAnswersOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: Pick<AnswerQuestion, 'answer' | 'answerLater' | 'giveUp'>;
  readonly log: Log;
}

type Edited = ThreadEvent & { readonly type: 'edited' };

/** A question that is changed later keeps its answer. */
const MAX_EDIT_MS = 10 * 60_000;

/**
 * Makes answers follow their questions: one that is changed is answered anew in the same message, one that is deleted takes
 * its answer with it. Where another process is at work on the answer, that one is told through the journal.
 */
export class ReviseAnswers {
  readonly #options: ReviseAnswersOptions;
  /** Two changes of one message follow one another. */
  readonly #changes = new ThreadQueue();

  constructor(options: ReviseAnswersOptions) {
    this.#options = options;
  }

  /** Never rejects: what fails is logged, and the answer stays as it was. Likewise `deleted` and `wished`. */
  edited(change: Edited): Promise<void> {
    return this.#inOrder(change.question.key, () => this.#edit(change));
  }

  deleted(key: MessageKey): Promise<void> {
    return this.#inOrder(key, () => this.#delete(key));
  }

  /** What another process noted of a question that is at work in this one. */
  wished({ wish, ...key }: WishedMessage): Promise<void> {
    return this.#inOrder(key, async () => {
      if (wish === 'stopped') await this.#stop(key);
      else if (wish === 'deleted') await this.#delete(key);
      else if (await this.#supersede(key)) await this.#answerAnew(key);
    });
  }

  #inOrder({ tenantId, channelId, messageTs }: MessageKey, change: () => Promise<void>): Promise<void> {
    return this.#changes.run(`${tenantId}:${channelId}:${messageTs}`, change).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'a changed question was not followed');
    });
  }

  async #edit({ question, isForBot, afterMs }: Edited): Promise<void> {
    const { journal, answers } = this.#options;
    const { key, thread, text, files } = question;
    if (afterMs > MAX_EDIT_MS) return;
    const isQuestion = controlWord(text) === undefined && (text !== '' || files.length > 0);
    const taken = await journal.find(key);
    if (!taken) {
      const ids = files.map(({ id }) => id);
      if (isForBot && isQuestion && (await journal.claim(key, thread.threadTs, ids)) === 'first')
        void answers.answer(question);
    } else if (!isQuestion) {
      if (!(await this.#stop(key))) await journal.wish(key, 'stopped');
    } else if (await this.#supersede(key)) {
      await this.#answerAnew(key, question);
    } else if (!taken.settled && (await journal.wish(key, 'edited'))) {
      // The process that is at work on it reads the new text from Slack.
    } else if (!(await this.#isFollowedUp(taken))) {
      await this.#answerAnew(key, question);
    }
  }

  async #delete(key: MessageKey): Promise<void> {
    const { journal } = this.#options;
    const taken = await journal.find(key);
    if (!taken) return;
    const wasHere = await this.#supersede(key);
    if (!wasHere && !taken.settled && (await journal.wish(key, 'deleted'))) return;
    await journal.settle(key);
    // What was written until it was given up is known only now.
    await this.#withdraw((await journal.find(key)) ?? taken);
  }

  /** The answer to a question that is no more: it goes, or when somebody wrote after it, its buttons go. */
  async #withdraw(taken: TakenMessage): Promise<void> {
    const { client, journal } = this.#options;
    const { channelId, answerTs } = taken;
    if (answerTs.length === 0) return;
    const { replies, isFollowedUp } = await this.#repliesTo(taken);
    if (!isFollowedUp) {
      for (const ts of answerTs) await takeAway(client, channelId, ts);
      return journal.forgetAnswer(taken);
    }
    for (const message of replies) {
      const { ts = '', text = '' } = message;
      const blocks = answerTs.includes(ts) ? withoutButtons(message) : undefined;
      if (blocks) await client.chat.update({ channel: channelId, ts, text, blocks });
    }
  }

  async #isFollowedUp(taken: TakenMessage): Promise<boolean> {
    return (await this.#repliesTo(taken)).isFollowedUp;
  }

  /** A person's or another app's message behind the answer's beginning is a follow-up. */
  async #repliesTo(taken: TakenMessage) {
    const { client, installation } = this.#options;
    const replies = await readReplies(client, taken);
    const since = taken.answerTs[0] ?? taken.messageTs;
    const isFollowedUp = replies.some(({ ts = '', user }) => ts > since && user !== installation.botUserId);
    return { replies, isFollowedUp };
  }

  /** Without `question` it is read from Slack. */
  async #answerAnew(key: MessageKey, question?: Question): Promise<void> {
    const { journal, answers } = this.#options;
    const open = await journal.reopen(key);
    if (open) void answers.answerLater(open, async () => question ?? this.#read(open));
  }

  async #read(open: OpenQuestion): Promise<Question | undefined> {
    const { client, installation } = this.#options;
    const message = (await readReplies(client, open)).find(({ ts }) => ts === open.messageTs);
    return message && questionOf(message, open, installation);
  }

  async #stop(key: MessageKey): Promise<boolean> {
    return this.#giveUp(key, new StoppedError('the question was taken back'));
  }

  /** Gives the answer up without a word and waits for its end. False when it is not at work in this process. */
  async #supersede(key: MessageKey): Promise<boolean> {
    return this.#giveUp(key, new SupersededError('the question was changed or deleted'));
  }

  async #giveUp({ tenantId, channelId, messageTs }: MessageKey, reason: Error): Promise<boolean> {
    const ends = this.#options.answers.giveUp(
      (open) => open.messageTs === messageTs && open.channelId === channelId && open.tenantId === tenantId,
      reason,
    );
    await Promise.all(ends);
    return ends.length > 0;
  }
}
