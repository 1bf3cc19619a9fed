import type { Client } from 'langsmith';
import type { FeedbackPlace, FeedbackRecord, ReactionFeedback } from '../slack/feedback/feedback-record.js';
import { feedbackIdFor } from './feedback-id.js';
import type { FeedbackQueue } from './feedback-queue.js';
import type { Privacy } from './privacy.js';
import { reasonOf, statusOf } from './reason-of.js';

export interface FeedbackOptions {
  /** One that does not batch: the promise must mean that LangSmith has it. */
  readonly client: Client;
  readonly projectId: () => Promise<string>;
  readonly privacy: Privacy;
  readonly queue: Pick<FeedbackQueue, 'add'>;
}

/** One person's feedback on one answer under one key. */
interface Opinion {
  readonly score?: number | undefined;
  readonly value?: string | undefined;
  readonly comment?: string | undefined;
  /** Whether it was given by a reaction. Kept with the record: nothing else remembers it. */
  readonly isReaction: boolean;
  /** The score that the same person clicked before the reaction, and that holds again when the reaction goes. */
  readonly clicked?: number | undefined;
}

/** Sends votes to LangSmith, one record for each person, answer and key: a second vote changes the first. */
export function createFeedback({ client, projectId, privacy, queue }: FeedbackOptions): FeedbackRecord {
  async function read(feedbackId: string): Promise<Opinion | undefined> {
    try {
      const { score, feedback_source } = await client.readFeedback(feedbackId);
      const { by, clicked } = feedback_source?.metadata ?? {};
      return { score: numberIn(score), isReaction: by === 'reaction', clicked: numberIn(clicked) };
    } catch (error) {
      return unlessMissing(error);
    }
  }

  async function create(feedbackId: string, { runId, key }: FeedbackPlace, opinion: Opinion): Promise<void> {
    const { isReaction, clicked } = opinion;
    await client.createFeedback({
      ...said(opinion),
      feedbackId,
      runId,
      traceId: runId,
      sessionId: await projectId(),
      key,
      feedbackSourceType: 'app',
      sourceInfo: {
        app: 'threadsmith',
        ...(isReaction && { by: 'reaction' }),
        ...(clicked !== undefined && { clicked }),
      },
    });
  }

  /** Makes the record what it is to be after what it was; undefined is no record. */
  function write(
    given: FeedbackPlace,
    next: (known: Opinion | undefined) => Opinion | undefined,
  ): Promise<void> {
    // By an earlier try that then failed.
    let removed: Opinion | undefined;
    return inTurn(given, async (feedbackId) => {
      const there = await read(feedbackId);
      const wanted = next(there ?? removed);
      // LangSmith changes what a record says, not where it comes from.
      if (there && wanted && there.isReaction === wanted.isReaction && there.clicked === wanted.clicked)
        return client.updateFeedback(feedbackId, said(wanted));
      if (there) await remove(feedbackId);
      removed = there ?? removed;
      if (wanted) await create(feedbackId, given, wanted);
    });
  }

  async function remove(feedbackId: string): Promise<void> {
    await client.deleteFeedback(feedbackId).catch(unlessMissing);
  }

  async function inTurn(given: FeedbackPlace, send: (feedbackId: string) => Promise<void>): Promise<void> {
    const { runId, sessionId, userId, key } = given;
    if (sessionId !== undefined && !privacy.traces(sessionId)) return;
    const feedbackId = feedbackIdFor(runId, privacy.nameOf(userId), key);
    try {
      await queue.add(feedbackId, () => send(feedbackId));
    } catch (error) {
      // Without its cause: LangSmith's answer may quote what somebody wrote.
      throw new Error(`LangSmith must take "${key}" on run ${runId}, got ${reasonOf(error)}`);
    }
  }

  return {
    async feedback(given) {
      const { score, value, comment: words, conversation, userId } = given;
      const redaction = privacy.redaction(conversation, [userId]);
      const comment = words === undefined || redaction.content === 'none' ? undefined : redaction.text(words);
      const opinion = { score, value, comment, isReaction: false };
      if (Object.keys(said(opinion)).length > 0) await write(given, () => opinion);
    },
    react: (given) => write(given, (known) => afterReaction(known, given)),
    withdraw: (given) => inTurn(given, remove),
    keepsComments: ({ sessionId, conversation }) =>
      (sessionId === undefined || privacy.traces(sessionId)) &&
      privacy.redaction(conversation, []).content !== 'none',
  };
}

/** A reaction goes over a click of the same person, and leaves it as it was when it goes. */
function afterReaction(known: Opinion | undefined, { score }: ReactionFeedback): Opinion | undefined {
  const clicked = known?.isReaction ? known.clicked : known?.score;
  if (score === undefined || score === clicked)
    return clicked === undefined ? undefined : { score: clicked, isReaction: false };
  return { score, isReaction: true, clicked };
}

function said({ score, value, comment }: Opinion) {
  return {
    ...(score !== undefined && { score }),
    ...(value !== undefined && { value }),
    ...(comment !== undefined && { comment }),
  };
}

function unlessMissing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
