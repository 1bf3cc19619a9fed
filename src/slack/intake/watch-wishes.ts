import type { Log } from '../../logger.js';
import type { AnswerQuestion } from '../answer-question.js';
import type { Journal } from './journal.js';
import type { ReviseAnswers } from './revise-answers.js';

export interface WatchWishesOptions {
  readonly journal: Pick<Journal, 'wishes'>;
  readonly answers: Pick<AnswerQuestion, 'atWork'>;
  readonly revise: Pick<ReviseAnswers, 'wished'>;
  readonly log: Log;
  /** How late "stop" may be that reached another process. Costs one query while an answer is written. @default 1 s */
  readonly everyMs?: number;
}

/** Several processes share the questions: what reaches one of them may be about an answer of another. Returns its end. */
export function watchWishes({
  journal,
  answers,
  revise,
  log,
  everyMs = 1_000,
}: WatchWishesOptions): () => void {
  let isLooking = false;
  const timer = setInterval(async () => {
    const atWork = answers.atWork();
    if (isLooking || atWork.length === 0) return;
    isLooking = true;
    try {
      for (const wish of await journal.wishes(atWork)) await revise.wished(wish);
    } catch (error) {
      log.warn({ err: error }, 'the journal could not be asked what became of the questions at work');
    } finally {
      isLooking = false;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
