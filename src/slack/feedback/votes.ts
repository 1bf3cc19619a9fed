import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../logger.js';
import type { ConversationKind } from '../../rag/answer-request.js';
import type { ShowPrivately } from '../connection/response-url.js';
import { slackErrorCode } from '../connection/slack-errors.js';
import type { MayViewTraces } from '../people/may-view-traces.js';
import { datasetButton } from './add-to-dataset.js';
import type { FindRun, OwnMessagePlace } from './find-run.js';
import type { ClickedVote } from './judged-answer.js';
import { type JudgedAnswer, reasonModal, type SubmittedReason } from './reason-modal.js';

/** What somebody thinks of an answer. */
export interface AnswerFeedback {
  /** The answer's run, which is its trace. */
  readonly runId: string;
  /** The answer's thread: feedback in one that is not traced goes nowhere. @default one that is */
  readonly sessionId?: string | undefined;
  /** Tells one person's from another's; LangSmith is never told. */
  readonly userId: string;
  /** What is judged, "user_score" for instance. */
  readonly key: string;
  readonly score?: number | undefined;
  /** One of a few words, where the judgement is no number: "outdated" for instance. */
  readonly value?: string | undefined;
  /** In the person's words. Masked as the thread's traces are, and left out where those hold no text. */
  readonly comment?: string | undefined;
  /** What the conversation is, or may be: decides about the comment. @default each kind */
  readonly conversation?: readonly ConversationKind[] | undefined;
}

/** Which feedback is taken back. */
export type WithdrawnFeedback = Pick<AnswerFeedback, 'runId' | 'sessionId' | 'userId' | 'key'>;

/** Where votes are kept. Fulfilled by `tracing/`; rejects when LangSmith does not take one. */
export interface FeedbackRecord {
  /** Records it, or changes what this person gave before. */
  feedback(given: AnswerFeedback): Promise<void>;
  /** Takes it back; nothing where there is none. */
  withdraw(given: WithdrawnFeedback): Promise<void>;
}

export interface VotesOptions {
  readonly client: WebClient;
  readonly show: ShowPrivately;
  readonly record: FeedbackRecord;
  readonly findRun: FindRun;
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
const THANKS = {
  1: 'Thanks for the 👍! It helps to keep the answers good.',
  0: 'Thanks, your 👎 is noted. In the dialog you can say what was wrong.',
} as const;
const THANKS_FOR_REASON = 'Thanks! What you wrote goes to those who look after the answers.';

/** The score that a reaction stands for, in whatever skin tone; undefined for one that is no vote. */
export function scoreOfReaction(name: string): 0 | 1 | undefined {
  const [plain] = name.split('::');
  if (plain === '+1' || plain === 'thumbsup') return 1;
  return plain === '-1' || plain === 'thumbsdown' ? 0 : undefined;
}

/**
 * What people think of answers. The voter is told at once and waits for nothing: LangSmith may be slow, away, or without the
 * run, as it is for a thread that is not traced. Nothing here rejects: what fails is logged.
 */
export class Votes {
  readonly #options: VotesOptions;

  constructor(options: VotesOptions) {
    this.#options = options;
  }

  /** A bad vote also asks for the reason; it counts whether or not somebody gives one. */
  async clicked({ judged, score, userId, triggerId }: ClickedVote): Promise<void> {
    await Promise.all([
      this.#send({ ...aboutRun(judged), userId, key: USER_SCORE, score }),
      this.#tell(judged, THANKS[score]),
      score === 0 ? this.#ask(judged, triggerId) : this.#withdrawReason(judged, userId),
    ]);
  }

  async submitted({ judged, reason, correction }: SubmittedReason, userId: string): Promise<void> {
    const about = { ...aboutRun(judged), userId };
    await Promise.all([
      this.#tell(judged, THANKS_FOR_REASON, await this.#offer(judged, userId)),
      this.#send({ ...about, key: 'reason', value: reason }),
      ...(correction === '' ? [] : [this.#send({ ...about, key: 'correction', comment: correction })]),
    ]);
  }

  /** One that is taken back withdraws the vote, unless the same person left another one there. */
  async reacted({ userId, name, removed, ...place }: Reaction): Promise<void> {
    const score = scoreOfReaction(name);
    if (score === undefined) return;
    try {
      const found = await this.#options.findRun(place);
      if (!found) return;
      const { runId, sessionId, reactions } = found;
      const vote = { runId, sessionId, userId, key: USER_SCORE };
      const left = reactions
        .filter(({ users }) => users.includes(userId))
        .map((reaction) => scoreOfReaction(reaction.name))
        .find((other) => other !== undefined);
      const now = removed ? left : score;
      if (now === undefined) await this.#options.record.withdraw(vote);
      else await this.#options.record.feedback({ ...vote, score: now });
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

  /** Of an earlier bad vote: it would contradict the good one. */
  async #withdrawReason({ runId, sessionId }: JudgedAnswer, userId: string): Promise<void> {
    const { record, log } = this.#options;
    await record
      .withdraw({ runId, sessionId, userId, key: 'reason' })
      .catch((error: unknown) => log.warn({ err: error }, 'a reason was not withdrawn'));
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

  async #send(feedback: AnswerFeedback): Promise<void> {
    const { record, log } = this.#options;
    await record
      .feedback(feedback)
      .catch((error: unknown) => log.warn({ err: error }, 'feedback was not recorded'));
  }
}

/** Direct messages are told by their id; what else a conversation is would cost a call. */
function aboutRun({ runId, sessionId, channelId }: JudgedAnswer) {
  const conversation = channelId.startsWith('D') ? (['direct'] as const) : (['public', 'private'] as const);
  return { runId, sessionId, conversation };
}
