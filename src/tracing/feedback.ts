import type { Client } from 'langsmith';
import { feedbackIdFor } from './feedback-id.js';

/** What somebody thinks of an answer. */
export interface Vote {
  /** The answer's run, which is its trace. */
  readonly runId: string;
  /** Only hashed into the feedback's id, never sent. */
  readonly userId: string;
  /** What is judged, "user_score" for instance. */
  readonly key: string;
  readonly score: number;
  readonly comment?: string | undefined;
}

export interface FeedbackOptions {
  /** One that does not batch: the promise must mean that LangSmith has it. */
  readonly client: Client;
  readonly projectId: () => Promise<string>;
}

/**
 * Sends votes to LangSmith, one record for each person, answer and key: a second vote changes the first.
 *
 * A rejection says what was not recorded and why; it comes after the SDK's retries, up to 25 s. Log it, and do not let
 * anybody wait for it.
 */
export function createFeedback({ client, projectId }: FeedbackOptions): (vote: Vote) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();

  async function record(feedbackId: string, { runId, key, score, comment }: Vote): Promise<void> {
    const opinion = { score, ...(comment !== undefined && { comment }) };
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

  return async (vote) => {
    const feedbackId = feedbackIdFor(vote.runId, vote.userId, vote.key);
    // One after the other, or a quick change of mind would find nothing to change and create a second record.
    const turn = (underWay.get(feedbackId) ?? Promise.resolve()).then(
      () => record(feedbackId, vote),
      () => record(feedbackId, vote),
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
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}
