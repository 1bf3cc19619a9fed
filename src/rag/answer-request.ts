import type { Turn } from '../threads/turn.js';
import type { Attachment } from './attachment.js';

/** One question to the chain. */
export interface AnswerRequest {
  readonly question: string;
  /** When the question was asked, milliseconds since 1970. */
  readonly askedAt: number;
  /** What came with the question. @default none */
  readonly attachments?: readonly Attachment[] | undefined;
  /** The thread before the question, oldest first; empty for a root message. */
  readonly turns: readonly Turn[];
  readonly sessionId: string;
  readonly runId: string;
  /** What an engineer filters by in LangSmith: Slack ids and versions, nothing else about people. */
  readonly labels: Readonly<Record<string, string>>;
  /** Aborts retrieval and the model. */
  readonly signal: AbortSignal;
}
