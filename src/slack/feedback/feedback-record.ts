import type { ConversationKind } from '../../rag/answer-request.js';

/** Whose feedback on which answer. */
export interface FeedbackPlace {
  /** The answer's run, which is its trace. */
  readonly runId: string;
  /** The answer's thread: feedback in one that is not traced goes nowhere. @default one that is */
  readonly sessionId?: string | undefined;
  /** Tells one person's from another's; LangSmith is never told. */
  readonly userId: string;
  /** What is judged, "user_score" for instance. */
  readonly key: string;
}

/** What somebody thinks of an answer. */
export interface AnswerFeedback extends FeedbackPlace {
  readonly score?: number | undefined;
  /** One of a few words, where the judgement is no number: "outdated" for instance. */
  readonly value?: string | undefined;
  /** In the person's words. Masked as the thread's traces are, and left out where those hold no text. */
  readonly comment?: string | undefined;
  /** What the conversation is, or may be: decides about the comment. @default each kind */
  readonly conversation?: readonly ConversationKind[] | undefined;
}

/** What somebody's reactions say together. */
export interface ReactionFeedback extends FeedbackPlace {
  /** Absent: nothing any more. What they said with the buttons before holds again. */
  readonly score?: number | undefined;
}

/**
 * Where votes are kept. Fulfilled by `tracing/`. What is promised may take long: while LangSmith is away, votes wait. A
 * promise is kept when LangSmith has the vote, or when it was counted as lost; it rejects when LangSmith refuses the vote.
 */
export interface FeedbackRecord {
  /** Records it, or changes what this person gave before. Nothing, when it is a comment alone and that is left out. */
  feedback(given: AnswerFeedback): Promise<void>;
  /** Records what reactions say, one record with what the same person says with the buttons: the later counts. */
  react(given: ReactionFeedback): Promise<void>;
  /** Takes it back; nothing where there is none. */
  withdraw(given: FeedbackPlace): Promise<void>;
  /** Whether a comment in this conversation is recorded. */
  keepsComments(given: Pick<AnswerFeedback, 'sessionId' | 'conversation'>): boolean;
}
