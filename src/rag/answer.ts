import type { AnswerEvent } from './answer-event.js';
import type { AnswerRequest } from './answer-request.js';
import type { Condense } from './condense.js';
import type { Generate } from './generator.js';
import { keepTurns } from './keep-turns.js';
import type { Retrieve } from './retriever.js';
import { smallTalkReply } from './small-talk.js';

export type Answer = (request: AnswerRequest) => AsyncIterable<AnswerEvent>;

export interface AnswerOptions {
  readonly condense: Condense;
  readonly retrieve: Retrieve;
  readonly generate: Generate;
  /** What to say while nothing has been ingested. */
  readonly emptyIndexText: string;
}

/** The chain: a question and its thread in, the events of its answer out. */
export function createAnswer({ condense, retrieve, generate, emptyIndexText }: AnswerOptions): Answer {
  return async function* answer({ question, userId, askedAt, attachments, turns, prompt, signal }) {
    const reply = attachments?.length ? undefined : smallTalkReply(question);
    if (reply !== undefined) {
      yield { type: 'text', text: reply };
      yield { type: 'done', outcome: 'small_talk', sources: [], citationsDropped: 0 };
      return;
    }
    yield { type: 'status', status: 'searching' };
    const kept = keepTurns(turns);
    const query = await condense({ question, turns: kept, signal });
    const { passages, relevance, indexEmpty } = await retrieve({ question: query, signal });
    if (indexEmpty) {
      yield { type: 'text', text: emptyIndexText };
      yield { type: 'done', outcome: 'empty_index', sources: [], citationsDropped: 0 };
      return;
    }
    yield { type: 'status', status: 'reading', passages: passages.length, found: passages };
    yield* generate({
      question,
      userId,
      askedAt,
      attachments,
      turns: kept,
      passages,
      relevance,
      prompt,
      signal,
    });
  };
}
