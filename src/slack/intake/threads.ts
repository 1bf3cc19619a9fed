import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { AnswerQuestion } from '../answer-question.js';
import type { Installation } from '../connection/installation.js';
import type { SlackBudget } from '../connection/slack-budget.js';
import type { SlackReach } from '../connection/slack-reach.js';
import { controlWord } from './control-word.js';
import type { Journal, OpenQuestion } from './journal.js';
import { resumeQuestions } from './resume-questions.js';
import { ReviseAnswers } from './revise-answers.js';
import { ThreadCommands } from './thread-commands.js';
import type { ThreadEvent } from './thread-event.js';
import { watchWishes } from './watch-wishes.js';

export interface ThreadsOptions {
  readonly client: WebClient;
  readonly installation: Installation;
  readonly journal: Journal;
  readonly answers: AnswerQuestion;
  readonly budget: SlackBudget;
  readonly reach: SlackReach;
  readonly log: Log;
}

/** What happens in threads beside plain questions, and who sees to it. */
export class Threads {
  readonly #options: ThreadsOptions;
  readonly #commands: ThreadCommands;
  readonly #revise: ReviseAnswers;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#commands = new ThreadCommands(options);
    this.#revise = new ReviseAnswers(options);
  }

  /** A question is taken already, and answered behind the call. Rejects when Slack or the journal does. */
  async hear(event: ThreadEvent): Promise<void> {
    switch (event.type) {
      case 'edited':
        return this.#revise.edited(event);
      case 'deleted':
        return this.#revise.deleted(event.key);
      case 'stopped':
        await this.#commands.stop(event.thread, event.at);
        return;
      default: {
        const { question, type } = event;
        const word = controlWord(question.text);
        if (word) return this.#commands.obey(question, word, type === 'question');
        void this.#options.answers.answer(question);
      }
    }
  }

  /** Goes on with what a process left that is no more. */
  resume(open: readonly OpenQuestion[]): void {
    resumeQuestions({ ...this.#options, commands: this.#commands }, open);
  }

  /** Sees what other processes heard about the questions at work here. Returns its end. */
  watch(): () => void {
    return watchWishes({ ...this.#options, revise: this.#revise });
  }
}
