import type { Log } from '../../logger.js';
import type { AnswerQuestion } from '../answer-question.js';
import type { Journal, OpenQuestion } from './journal.js';

export interface UpkeepOptions {
  readonly journal: Journal;
  readonly answers: Pick<AnswerQuestion, 'atWork'>;
  readonly resume: (open: readonly OpenQuestion[]) => void;
  readonly log: Log;
  /** A third of the journal's lease: two may fail before a question counts as left. @default 15 s */
  readonly everyMs?: number;
}

/** Renews what is at work, takes over what others left, forgets what is long settled. Returns its end. */
export function startUpkeep({ journal, answers, resume, log, everyMs = 15_000 }: UpkeepOptions): () => void {
  const timer = setInterval(async () => {
    try {
      await journal.renew(answers.atWork());
      resume(await journal.takeOver({ all: false }));
      await journal.prune();
    } catch (error) {
      log.warn({ err: error }, 'the journal could not be kept up; it is tried again');
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
