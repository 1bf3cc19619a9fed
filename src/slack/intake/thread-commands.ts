import type { WebClient } from '@slack/web-api';
import type { AnswerQuestion } from '../answer-question.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import { sayInThread } from '../delivery/say-in-thread.js';
import { StoppedError } from '../stopped-error.js';
import type { ControlWord } from './control-word.js';
import type { Journal } from './journal.js';
import type { Question } from './question.js';

export interface ThreadCommandsOptions {
  readonly client: WebClient;
  readonly journal: Journal;
  readonly answers: Pick<AnswerQuestion, 'giveUp'>;
  readonly budget: SlackBudget;
}

/** A thread, or without `threadTs` the whole channel. */
interface Place {
  readonly tenantId: string;
  readonly channelId: string;
  readonly threadTs?: string | undefined;
}

const NOTHING_TO_STOP = 'I am not answering anything here, so there is nothing to stop.';
const MUTED =
  'Muted: in this thread I answer only when I am mentioned. Write “unmute” to have me follow it again.';
const UNMUTED = 'I follow this thread again: whoever asked me here goes on without a mention.';
const NEVER_ASKED = 'I have not answered anything in this thread, so there is nothing to mute.';
const DIRECT = 'In direct messages I answer every message, so there is nothing to mute.';

/** What people tell the bot to do, instead of asking it something. */
export class ThreadCommands {
  readonly #options: ThreadCommandsOptions;

  constructor(options: ThreadCommandsOptions) {
    this.#options = options;
  }

  /** @param isSpokenTo whether the bot was addressed: then it says so when there is nothing to stop. */
  async obey(question: Question, word: ControlWord, isSpokenTo: boolean): Promise<void> {
    const reply = await this.#replyTo(question, word);
    if (reply !== undefined && (isSpokenTo || reply !== NOTHING_TO_STOP))
      await sayInThread(this.#options, question.thread, reply);
    await this.#options.journal.settle(question.key);
  }

  /**
   * Stops what is being answered or waits there and was asked before `before`. Noted in the journal too: another process
   * may be at work on it, or this one end before it is done. False when there was nothing.
   */
  async stop(place: Place, before: string): Promise<boolean> {
    const { journal, answers } = this.#options;
    const stopped = answers.giveUp(
      ({ tenantId, channelId, threadTs, messageTs }) =>
        tenantId === place.tenantId &&
        channelId === place.channelId &&
        (place.threadTs === undefined || threadTs === place.threadTs) &&
        Number(messageTs) < Number(before),
      new StoppedError('somebody in the thread stopped the answer'),
    );
    const noted = await journal.stop(place, before);
    await Promise.all(stopped);
    return stopped.length + noted.length > 0;
  }

  async #replyTo({ thread, key, isReply }: Question, word: ControlWord): Promise<string | undefined> {
    const isDirect = thread.channelId.startsWith('D');
    if (word === 'stop') {
      // In a direct message each question has a thread of its own, and "stop" is mostly written below them.
      const place = isDirect && !isReply ? { ...thread, threadTs: undefined } : thread;
      return (await this.stop(place, key.messageTs)) ? undefined : NOTHING_TO_STOP;
    }
    if (isDirect) return DIRECT;
    const isKnown = await this.#options.journal.mute(thread, word === 'mute');
    if (!isKnown) return NEVER_ASKED;
    return word === 'mute' ? MUTED : UNMUTED;
  }
}
