import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { ConversationKind } from '../../rag/answer-request.js';
import type { ShowPrivately } from '../connection/response-url.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import { ThreadQueue } from '../intake/thread-queue.js';
import type { ConversationKinds } from '../people/conversation-kinds.js';
import type { MayViewTraces } from '../people/may-view-traces.js';
import { within } from '../within.js';
import { datasetButton } from './add-to-dataset.js';
import type { FeedbackPlace, FeedbackRecord } from './feedback-record.js';
import type { FindRun, OwnMessagePlace } from './find-run.js';
import type { ClickedVote } from './judged-answer.js';
import { scoreOfReaction, scoreOfReactions } from './reaction-score.js';
import { type JudgedAnswer, reasonModal, type SubmittedReason } from './reason-modal.js';

export interface VotesOptions {
  readonly client: WebClient;
  readonly show: ShowPrivately;
  readonly record: FeedbackRecord;
  readonly findRun: FindRun;
  /** What may be kept of people's words depends on it. */
  readonly kindsOf: ConversationKinds;
  /** Who is offered to make a test of a corrected answer. */
  readonly mayAddToDataset: MayViewTraces;
  readonly log: Log;
}

/** 👍 or 👎 under one of the bot's messages, given or taken back. */
export interface Reaction extends OwnMessagePlace {
  readonly userId: string;
  readonly name: string;
  readonly removed: boolean;
}

const USER_SCORE = 'user_score';
/** What goes with a bad vote. */
const WHY = ['reason', 'correction'];
const THANKS = {
  1: 'Thanks for the 👍! It helps to keep the answers good.',
  0: 'Thanks, your 👎 is noted. In the dialog you can say what was wrong.',
} as const;
const THANKS_FOR_REASON = 'Thanks! What you wrote goes to those who look after the answers.';
const THANKS_WITHOUT_WORDS =
  'Thanks! What people write in this conversation is not recorded, so your words were not kept. To have the answer mended, please tell those who look after the documents.';

/**
 * What people think of answers. The voter is told at once and waits for nothing: LangSmith may be slow, away, or without the
 * run, as it is for a thread that is not traced. Nothing here rejects: what fails is logged.
 */
export class Votes {
  readonly #options: VotesOptions;
  /** Of one person on one message. */
  readonly #reactions = new ThreadQueue();
  /** What is on its way to the record. */
  readonly #work = new Set<Promise<void>>();

  constructor(options: VotesOptions) {
    this.#options = options;
  }

  /** A bad vote also asks for the reason; it counts whether or not somebody gives one. */
  async clicked({ judged, score, userId, triggerId }: ClickedVote): Promise<void> {
    const place = placeOf(judged, userId);
    this.#note(this.#options.record.feedback({ ...place, key: USER_SCORE, score }));
    if (score === 1) this.#withdrawWhy(place);
    await Promise.all([
      this.#tell(judged, THANKS[score]),
      score === 0 ? this.#ask(judged, triggerId) : undefined,
    ]);
  }

  submitted(submitted: SubmittedReason, userId: string): Promise<void> {
    return this.#tracked(this.#submitted(submitted, userId));
  }

  /** One that is taken back withdraws the vote, unless the same person left another one there or clicked a button. */
  reacted(reaction: Reaction): Promise<void> {
    const { channelId, messageTs, userId } = reaction;
    const turn = `${channelId}:${messageTs}:${userId}`;
    return this.#tracked(this.#reactions.run(turn, () => this.#reacted(reaction)));
  }

  /** Resolves when what was voted so far is with the record, or the time is up. */
  async finish(timeoutMs: number): Promise<void> {
    await within(Promise.all(this.#work), timeoutMs);
  }

  async #submitted({ judged, reason, correction }: SubmittedReason, userId: string): Promise<void> {
    const { record } = this.#options;
    const place = placeOf(judged, userId);
    this.#note(record.feedback({ ...place, key: 'reason', value: reason }));
    const conversation = correction === '' ? [] : await this.#kindsOf(judged);
    const isKept = correction === '' || record.keepsComments({ sessionId: judged.sessionId, conversation });
    if (correction !== '' && isKept)
      this.#note(record.feedback({ ...place, key: 'correction', comment: correction, conversation }));
    const offer = isKept ? await this.#offer(judged, userId) : [];
    await this.#tell(judged, isKept ? THANKS_FOR_REASON : THANKS_WITHOUT_WORDS, offer);
  }

  /** As for the question's own trace: what one person sees is between them and the bot, in a channel. */
  async #kindsOf({ channelId, isPrivate = false }: JudgedAnswer): Promise<readonly ConversationKind[]> {
    const kinds = await this.#options.kindsOf({ channelId });
    return isPrivate ? ['direct', ...kinds] : kinds;
  }

  async #reacted({ userId, name, removed, ...where }: Reaction): Promise<void> {
    if (scoreOfReaction(name) === undefined) return;
    try {
      const found = await this.#options.findRun(where);
      if (!found) return;
      const place = { runId: found.runId, sessionId: found.sessionId, userId };
      const score = scoreOfReactions(found.reactions, { userId, name, removed });
      this.#note(this.#options.record.react({ ...place, key: USER_SCORE, score }));
      if (score === 1) this.#withdrawWhy(place);
    } catch (error) {
      this.#options.log.warn(
        { slackError: slackErrorCode(error), err: error },
        'a reaction was not recorded',
      );
    }
  }

  async #ask(judged: JudgedAnswer, triggerId: string): Promise<void> {
    const { client, log } = this.#options;
    try {
      await client.views.open({ trigger_id: triggerId, view: reasonModal(judged) });
    } catch (error) {
      log.warn({ slackError: slackErrorCode(error), err: error }, 'the reason could not be asked for');
    }
  }

  /** Of an earlier bad vote: it would contradict the good one, and would be taken for the right answer. */
  #withdrawWhy(place: Omit<FeedbackPlace, 'key'>): void {
    for (const key of WHY) this.#note(this.#options.record.withdraw({ ...place, key }));
  }

  /** Best effort: who cannot be looked up is offered nothing. */
  async #offer({ sessionId, runId }: JudgedAnswer, userId: string): Promise<readonly KnownBlock[]> {
    if (sessionId === undefined) return [];
    const may = await this.#options.mayAddToDataset(userId).catch(() => false);
    return may ? [datasetButton({ sessionId, runId })] : [];
  }

  async #tell(
    { responseUrl, threadTs }: JudgedAnswer,
    text: string,
    more: readonly KnownBlock[] = [],
  ): Promise<void> {
    const { show, log } = this.#options;
    const words: KnownBlock = { type: 'section', text: { type: 'mrkdwn', text } };
    await show(responseUrl, { text, threadTs, ...(more.length > 0 && { blocks: [words, ...more] }) }).catch(
      (error: unknown) => log.warn({ err: error }, 'a vote could not be confirmed'),
    );
  }

  /** Nobody waits for it: it may be held for long. An error's stack says nothing here, and what LangSmith quotes may be somebody's words. */
  #note(recording: Promise<void>): void {
    recording.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#options.log.warn({ reason }, 'feedback was not recorded');
    });
  }

  #tracked(work: Promise<void>): Promise<void> {
    this.#work.add(work);
    return work.finally(() => this.#work.delete(work));
  }
}

function placeOf({ runId, sessionId }: JudgedAnswer, userId: string): Omit<FeedbackPlace, 'key'> {
  return { runId, sessionId, userId };
}
