import type { Log } from '../../logger.js';
import type { Journal } from '../intake/journal.js';
import type { Question } from '../intake/question.js';

export interface AnswerNotesOptions {
  readonly journal: Pick<Journal, 'answerBegan' | 'asked' | 'joined'>;
  readonly log: Log;
}

/**
 * What the journal is to remember of an answer and its thread, written down beside the answer, which never waits for it.
 * Call `written` before the question is settled.
 */
export class AnswerNotes {
  readonly #question: Question;
  readonly #options: AnswerNotesOptions;
  #last: Promise<void> = Promise.resolve();

  constructor(question: Question, options: AnswerNotesOptions) {
    this.#question = question;
    this.#options = options;
  }

  /** Slack has a message of the answer. */
  began(answerTs: string): void {
    const { journal } = this.#options;
    this.#note(() => journal.answerBegan(this.#question.key, answerTs));
  }

  /** Somebody is answered in a channel's thread. In a direct message every message is a question, whoever asked before. */
  asked(): void {
    const { thread, userId } = this.#question;
    if (userId !== undefined && !thread.channelId.startsWith('D'))
      this.#note(() => this.#options.journal.asked(thread, userId));
  }

  /** Who has written in the thread before. */
  people(userIds: ReadonlySet<string>): void {
    const { thread, userId } = this.#question;
    if (userId !== undefined && [...userIds].some((other) => other !== userId))
      this.#note(() => this.#options.journal.joined(thread));
  }

  /** Never rejects: what could not be written is logged. */
  written(): Promise<void> {
    return this.#last;
  }

  #note(write: () => Promise<void>): void {
    this.#last = this.#last
      .then(write)
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'the journal missed a note'));
  }
}
