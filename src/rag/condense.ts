import type { Turn } from '../threads/turn.js';
import type { ChatMessage } from './chat-model.js';
import { cutText } from './cut-text.js';
import { CONDENSE_LIMITS } from './limits.js';
import { CONDENSE_PROMPT } from './prompt.js';

export interface CompletionRequest {
  readonly system: string;
  readonly prompt: string;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

export interface Completion {
  readonly text: string;
  /** Whole, for the trace. */
  readonly message: ChatMessage;
}

/** One prompt in, one text out, from a small fast model. Fulfilled by `models/`. Rejects when it fails or is aborted. */
export type Complete = (request: CompletionRequest) => Promise<Completion>;

export interface CondenseRequest {
  readonly question: string;
  /** The thread before the question, oldest first. */
  readonly turns: readonly Turn[];
  readonly signal: AbortSignal;
}

/** A question and its thread in, the question to search for out. Rejects only when it is aborted. */
export type Condense = (request: CondenseRequest) => Promise<string>;

export interface CondenseOptions {
  /** Absent: without a model the question is searched together with the one before it. */
  readonly complete?: Complete | undefined;
  /** Told why a follow-up was not rewritten. */
  readonly onFailure?: (error: unknown) => void;
  /** @default CONDENSE_LIMITS.waitMs */
  readonly waitMs?: number;
}

/** Makes a follow-up ("and on Windows?") a question that stands on its own: it is searched for without its thread. */
export function createCondense({
  complete,
  onFailure,
  waitMs = CONDENSE_LIMITS.waitMs,
}: CondenseOptions): Condense {
  return async ({ question, turns, signal }) => {
    if (turns.length === 0) return question;
    if (!complete) return isLong(question) ? question : withPrevious(question, turns);
    // Nothing to rewrite in "👍" or "?".
    if (!hasWords(question)) return withPrevious(question, turns);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(tooLate(waitMs)), waitMs);
    try {
      const completion = await complete({
        system: CONDENSE_PROMPT,
        prompt: transcript(question, turns),
        maxTokens: CONDENSE_LIMITS.reply,
        signal: AbortSignal.any([signal, patience.signal]),
      });
      return standaloneQuestion(completion, question);
    } catch (error) {
      signal.throwIfAborted();
      onFailure?.(patience.signal.aborted ? patience.signal.reason : error);
      return withPrevious(question, turns);
    } finally {
      clearTimeout(timer);
    }
  };
}

function tooLate(waitMs: number): Error {
  return new Error(`a follow-up must be rewritten within ${waitMs / 1000} s, got nothing by then`);
}

/** Nothing of it but the question counts: what is longer by far is an answer or a word about the task. */
const MOST_ADDED_CHARS = 400;

/** @throws when the model refused, was cut off or wrote something else than a question. */
function standaloneQuestion({ text, message }: Completion, question: string): string {
  const written = text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(["'“‘«])(.+)["'”’»]$/, '$2');
  if (message.stopReason !== 'end_turn')
    throw new Error(`the rewritten question must end with "end_turn", got "${message.stopReason}"`);
  if (!hasWords(written) || written.length > question.length + MOST_ADDED_CHARS)
    throw new Error(`a rewritten question must be a short text with words, got ${written.length} characters`);
  return written;
}

/** The newest turns, each by its author, and the message. */
function transcript(question: string, turns: readonly Turn[]): string {
  const lines = turns.slice(-CONDENSE_LIMITS.turns).map(({ role, text, userId }) => {
    const author = role === 'assistant' ? 'Assistant: ' : userId ? `@${userId}: ` : '';
    return `${author}${cutText(text, CONDENSE_LIMITS.turn)}`;
  });
  const message = cutText(question, CONDENSE_LIMITS.message);
  return `<conversation>\n${lines.join('\n\n')}\n</conversation>\n\n<message>\n${message}\n</message>`;
}

/** Of the message before a follow-up: a pasted log must not drown the question. */
const MAX_PREVIOUS_CHARS = 500;
/** A longer question mostly stands on its own, and the one before it would lead the search astray. */
const MAX_FOLLOW_UP_WORDS = 7;

function isLong(question: string): boolean {
  return question.split(/\s+/).length > MAX_FOLLOW_UP_WORDS;
}

/** A line of the program's own: "[12 earlier messages left out]". */
const NOTE = /^\[[^\]]*\]$/;

/** The last thing that a person asked, before the question. */
function withPrevious(question: string, turns: readonly Turn[]): string {
  const previous = turns.findLast(({ role, text }) => role === 'user' && hasWords(text) && !NOTE.test(text));
  return previous ? `${previous.text.slice(0, MAX_PREVIOUS_CHARS)}\n${question}` : question;
}

/** Whether there is a letter or a digit of any language, the names of emoji aside. */
function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text.replace(/:[\w+'-]+:/g, ''));
}
