import type { Turn } from '../threads/turn.js';
import type { Attachment } from './attachment.js';
import type { Prompt } from './prompt.js';

/** Who reads a conversation: everybody in the workspace, the members of a closed channel, or those whom a direct message names. */
export type ConversationKind = 'public' | 'private' | 'direct';

/** One question to the chain. */
export interface AnswerRequest {
  readonly question: string;
  /** Who asks, as in the turns. */
  readonly userId?: string | undefined;
  /** When the question was asked, milliseconds since 1970. */
  readonly askedAt: number;
  /** What came with the question. @default none */
  readonly attachments?: readonly Attachment[] | undefined;
  /** The thread before the question, oldest first; empty for a root message. */
  readonly turns: readonly Turn[];
  readonly sessionId: string;
  readonly runId: string;
  /** What the conversation is, or may be where that is not known. @default each kind */
  readonly conversation?: readonly ConversationKind[] | undefined;
  /** What an engineer filters by in LangSmith: Slack ids and versions, nothing else about people. */
  readonly labels: Readonly<Record<string, string>>;
  /** How the model is told to answer, from the question's arrival to the answer's end. @default LOCAL_PROMPT */
  readonly prompt?: Prompt | undefined;
  /** Aborts retrieval and the model. */
  readonly signal: AbortSignal;
}
