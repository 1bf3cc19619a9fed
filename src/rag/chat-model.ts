import type { Turn } from '../threads/turn.js';
import type { Attachment } from './attachment.js';
import type { Passage } from './passage.js';

export interface ChatRequest {
  readonly system: string;
  /** Added to `system` for a model that gives no `citation` events: it asks for [n]. */
  readonly markerRules?: string | undefined;
  /** The thread before the question, oldest first. */
  readonly turns: readonly Turn[];
  readonly question: string;
  /** Who asks, so that the model can tell people apart. */
  readonly userId?: string | undefined;
  /** When the question was asked, milliseconds since 1970: what is worth caching depends on the pace of the thread. */
  readonly askedAt: number;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly passages: readonly Passage[];
  readonly signal: AbortSignal;
}

/** Token counts in Anthropic's terms: `input` excludes the two cache counts. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Of `cacheWrite` what is kept for an hour, which costs more than the usual five minutes. @default 0 */
  readonly cacheWriteForHour?: number;
}

/** What the model finally said, for the trace. */
export interface ChatMessage {
  readonly provider: string;
  readonly model: string;
  readonly stopReason: string | null;
  /** Content blocks in the provider's own format. */
  readonly content: readonly unknown[];
  readonly usage: TokenUsage;
}

export type ChatEvent =
  /** The model has taken the request: what it costs so far, should the answer be stopped. Not every model says it. */
  | { readonly type: 'begin'; readonly model: string; readonly usage: TokenUsage }
  | { readonly type: 'text'; readonly text: string }
  /** The text before it rests on `passages[passage]`, whose words `quote` are. */
  | { readonly type: 'citation'; readonly passage: number; readonly quote: string }
  | { readonly type: 'end'; readonly message: ChatMessage };

/** A chat model that streams; the last event is `end`. Fulfilled by `models/`. */
export type ChatModel = (request: ChatRequest) => AsyncIterable<ChatEvent>;
