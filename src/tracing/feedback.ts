import type { Client } from 'langsmith';
import type { ConversationKind } from '../rag/answer-request.js';
import { feedbackIdFor } from './feedback-id.js';
import type { Privacy } from './privacy.js';

/** What somebody thinks of an answer. */
export interface Vote {
  /** The answer's run, which is its trace. */
  readonly runId: string;
  /** The answer's thread: a vote in one that is not traced goes nowhere. @default one that is */
  readonly sessionId?: string | undefined;
  /** Only hashed into the feedback's id, never sent. */
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

export interface FeedbackOptions {
  /** One that does not batch: the promise must mean that LangSmith has it. */
  readonly client: Client;
  readonly projectId: () => Promise<string>;
  readonly privacy: Privacy;
}

/** Which vote is taken back. */
export type WithdrawnVote = Pick<Vote, 'runId' | 'sessionId' | 'userId' | 'key'>;

export interface Feedback {
  /** Records a vote, or changes the one that this person gave before. */
  feedback(vote: Vote): Promise<void>;
  /** Takes a vote back; nothing where there is none. */
  withdraw(vote: WithdrawnVote): Promise<void>;
}

/**
 * Sends votes to LangSmith, one record for each person, answer and key: a second vote changes the first.
 *
 * A rejection says what was not recorded and why; it comes after the SDK's retries, up to 25 s. Log it, and do not let
 * anybody wait for it.
 */
export function createFeedback(options: FeedbackOptions): Feedback {
  const { client, projectId, privacy } = options;
  const underWay = new Map<string, Promise<void>>();

  async function record(feedbackId: string, { runId, key, score, value, ...vote }: Vote): Promise<void> {
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

  function recorded({ comment, conversation, userId }: Pick<Vote, 'comment' | 'conversation' | 'userId'>) {
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

  async function inTurn(vote: WithdrawnVote, work: (feedbackId: string) => Promise<void>): Promise<void> {
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
