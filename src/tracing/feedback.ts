import type { Client } from 'langsmith';
import type { AnswerFeedback, FeedbackRecord, WithdrawnFeedback } from '../slack/feedback/votes.js';
import { feedbackIdFor } from './feedback-id.js';
import type { Privacy } from './privacy.js';

export interface FeedbackOptions {
  /** One that does not batch: the promise must mean that LangSmith has it. */
  readonly client: Client;
  readonly projectId: () => Promise<string>;
  readonly privacy: Privacy;
}

/**
 * Sends votes to LangSmith, one record for each person, answer and key: a second vote changes the first.
 *
 * A rejection says what was not recorded and why; it comes after the SDK's retries, up to 25 s. Log it, and do not let
 * anybody wait for it.
 */
export function createFeedback(options: FeedbackOptions): FeedbackRecord {
  const { client, projectId, privacy } = options;
  const underWay = new Map<string, Promise<void>>();

  async function record(
    feedbackId: string,
    { runId, key, score, value, ...vote }: AnswerFeedback,
  ): Promise<void> {
    const comment = recorded(vote);
    const opinion = {
      ...(score !== undefined && { score }),
      ...(value !== undefined && { value }),
      ...(comment !== undefined && { comment }),
    };
    try {
      await client.updateFeedback(feedbackId, opinion);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await client.createFeedback({
        ...opinion,
        feedbackId,
        runId,
        traceId: runId,
        sessionId: await projectId(),
        key,
        feedbackSourceType: 'app',
        sourceInfo: { app: 'threadsmith' },
      });
    }
  }

  function recorded({
    comment,
    conversation,
    userId,
  }: Pick<AnswerFeedback, 'comment' | 'conversation' | 'userId'>) {
    const redaction = privacy.redaction(conversation, [userId]);
    return comment === undefined || redaction.content === 'none' ? undefined : redaction.text(comment);
  }

  async function remove(feedbackId: string): Promise<void> {
    try {
      await client.deleteFeedback(feedbackId);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async function inTurn(vote: WithdrawnFeedback, work: (feedbackId: string) => Promise<void>): Promise<void> {
    if (vote.sessionId !== undefined && !privacy.traces(vote.sessionId)) return;
    const feedbackId = feedbackIdFor(vote.runId, privacy.nameOf(vote.userId), vote.key);
    // One after the other, or a quick change of mind would find nothing to change and create a second record.
    const turn = (underWay.get(feedbackId) ?? Promise.resolve()).then(
      () => work(feedbackId),
      () => work(feedbackId),
    );
    underWay.set(feedbackId, turn);
    try {
      await turn;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'an unknown error';
      throw new Error(`LangSmith must take "${vote.key}" on run ${vote.runId}, got: ${reason}`, { cause });
    } finally {
      if (underWay.get(feedbackId) === turn) underWay.delete(feedbackId);
    }
  }

  return {
    feedback: (vote) => inTurn(vote, (feedbackId) => record(feedbackId, vote)),
    withdraw: (vote) => inTurn(vote, remove),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}
