import type { Turn } from '../threads/turn.js';
import type { AnswerEvent } from './answer-event.js';
import type { Attachment } from './attachment.js';
import type { ChatModel } from './chat-model.js';
import { type CitationStyle, Draft } from './draft.js';
import { type FixedText, fixedText } from './fixed-text.js';
import { languageOf } from './language.js';
import { RETRIEVAL_LIMITS } from './limits.js';
import { notFound } from './not-found.js';
import type { Passage } from './passage.js';
import { LOCAL_PROMPT, MARKER_RULES, type Prompt } from './prompt.js';

export interface GenerateRequest {
  readonly question: string;
  readonly userId?: string | undefined;
  readonly askedAt: number;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly turns: readonly Turn[];
  readonly passages: readonly Passage[];
  /** How far the passages are about the question, as the search says; where it does not, the model is the judge. */
  readonly relevance?: number | undefined;
  /** @default LOCAL_PROMPT */
  readonly prompt?: Prompt | undefined;
  readonly signal: AbortSignal;
}

export type Generate = (request: GenerateRequest) => AsyncIterable<AnswerEvent>;

export interface GeneratorOptions {
  readonly model: ChatModel;
  /** How the model says what it rests on. @default events */
  readonly citations?: CitationStyle | undefined;
  /** Answers in the model's place when it fails before its first word. Gives `citation` events. */
  readonly standIn?: ChatModel | undefined;
  /** Told each time when the model failed. */
  readonly onModelFailure?: (error: unknown) => void;
}

/** Stop reasons of a whole answer; with any other (a limit of length or context) something is missing. */
const COMPLETE: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence']);

/** How often the model is asked while nothing of its answer was shown. */
const TRIES = 2;

/** Passages in, written answer out, with the source of each statement numbered in the order of first use. */
export function createGenerator(options: GeneratorOptions): Generate {
  const { model, citations = 'events', standIn, onModelFailure } = options;
  return async function* generate({ prompt: { system } = LOCAL_PROMPT, relevance = 1, ...request }) {
    const { passages, attachments = [], signal } = request;
    const say = (text: FixedText) => fixedText(text, languageFor(request));
    const hasFiles = attachments.some(({ kind }) => kind !== 'unread');
    const isRelevant = passages.length > 0 && relevance >= RETRIEVAL_LIMITS.relevance;
    if (!isRelevant && !hasFiles) {
      yield { type: 'text', text: say('nothingFound') };
      yield notFound(passages);
      return;
    }
    for (let left = TRIES; left > 0; left--) {
      const draft = new Draft(passages, citations);
      try {
        yield* draft.write(model({ system, markerRules: MARKER_RULES, ...request }));
        if (hasContent(draft) || left === 1) return yield* close(draft, passages, hasFiles, say);
      } catch (error) {
        signal.throwIfAborted();
        onModelFailure?.(error);
        if (draft.shown) {
          yield* draft.flush();
          return yield* draft.end(say('interrupted'), 'partial');
        }
        if (isFinal(error)) break;
      }
    }
    const draft = new Draft(passages, 'events');
    if (!standIn || !isRelevant) return yield* draft.end(say('empty'), 'partial');
    yield* draft.write(standIn({ system, ...request }));
    yield* close(draft, passages, hasFiles, say);
  };
}

/** What a model that ran to its end has come to. */
function* close(
  draft: Draft,
  passages: readonly Passage[],
  hasFiles: boolean,
  say: (text: FixedText) => string,
): Generator<AnswerEvent> {
  const { stopReason, notFound: sentence } = draft;
  if (stopReason === 'refusal') {
    yield* draft.end(say('refused'), 'partial');
  } else if (sentence !== undefined) {
    yield { type: 'text', text: sentence || say('nothingFound') };
    yield notFound(passages, draft.dropped);
  } else if (!draft.shown) {
    yield* draft.end(say('empty'), 'partial');
  } else if (stopReason && !COMPLETE.has(stopReason)) {
    yield* draft.end(say('cutOff'), 'partial');
  } else if (draft.cited || hasFiles) {
    yield* draft.end('', 'answered');
  } else {
    // It is on the screen already: what is left is to say what it is worth.
    yield { type: 'text', text: `\n\n_${say('notGrounded')}_`, closing: true };
    yield notFound(passages, draft.dropped);
  }
}

function hasContent({ shown, notFound, stopReason }: Draft): boolean {
  return shown || notFound !== undefined || stopReason === 'refusal';
}

/** A reply by HTTP status: the request is refused, or the client has tried it again itself. */
function isFinal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number';
}

/** The question's, or where it does not tell ("Windows?") that of the message before it. */
function languageFor({ question, turns }: Pick<GenerateRequest, 'question' | 'turns'>) {
  const previous = turns.findLast(({ role }) => role === 'user');
  return languageOf(question) ?? languageOf(previous?.text ?? '') ?? 'en';
}
