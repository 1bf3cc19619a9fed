import type { AnswerEvent } from './answer-event.js';
import type { AnswerRequest } from './answer-request.js';
import type { Generate } from './generator.js';
import type { Retrieve } from './retriever.js';

export type Answer = (request: AnswerRequest) => AsyncIterable<AnswerEvent>;

export interface AnswerOptions {
  readonly retrieve: Retrieve;
  readonly generate: Generate;
  /** What to say while nothing has been ingested. */
  readonly emptyIndexText: string;
}

/** The chain: a question and its thread in, the events of its answer out. */
export function createAnswer({ retrieve, generate, emptyIndexText }: AnswerOptions): Answer {
  return async function* answer({ question, askedAt, attachments, turns, signal }) {
    yield { type: 'status', status: 'searching' };
    const { passages, indexEmpty } = await retrieve({ question: searchable(question, turns), signal });
    if (indexEmpty) {
      yield { type: 'text', text: emptyIndexText };
      yield { type: 'done', outcome: 'empty_index', sources: [], citationsDropped: 0 };
      return;
    }
    yield { type: 'status', status: 'reading', passages: passages.length };
    yield* generate({ question, askedAt, attachments, turns, passages, signal });
  };
}

/** Of the message before a follow-up: a pasted log must not drown the question. */
const MAX_PREVIOUS_CHARS = 500;
/** A longer question stands on its own. */
const MAX_FOLLOW_UP_WORDS = 7;

/** A follow-up ("and on Windows?") is searched together with the question before it, or it would find nothing. */
function searchable(question: string, turns: AnswerRequest['turns']): string {
  const previous = turns.findLast((turn) => turn.role === 'user');
  if (!previous || question.split(/\s+/).length > MAX_FOLLOW_UP_WORDS) return question;
  return `${previous.text.slice(0, MAX_PREVIOUS_CHARS)}\n${question}`;
}
