import type { Passage } from './passage.js';

/** A passage that the answer cites, under the number that stands in its text. */
export interface Source {
  /** The n of [n]. */
  readonly number: number;
  readonly passage: Passage;
}

/**
 * How an answer ended.
 * - `answered`: from the documents;
 * - `not_found`: the documents do not hold it, and the text says so;
 * - `empty_index`: there are no documents yet, and the text says what to run;
 * - `partial`: the model stopped early (length, refusal, a broken stream) and the text says so;
 * - `small_talk`: thanks, a greeting or emoji, which ask nothing: nothing was searched for.
 */
export type Outcome = 'answered' | 'not_found' | 'empty_index' | 'partial' | 'small_talk';

/** What an answer is made of, in the order in which it happens. The last event is `done`. */
export type AnswerEvent =
  | { readonly type: 'status'; readonly status: 'searching' | 'writing' }
  | {
      readonly type: 'status';
      readonly status: 'reading';
      readonly passages: number;
      /** What was found: only addresses that occur here may be links in the answer. */
      readonly found?: readonly Passage[] | undefined;
    }
  | {
      readonly type: 'text';
      readonly text: string;
      /** The bot's own words behind what the model wrote, which may have broken off in a code block or a table. */
      readonly closing?: true | undefined;
    }
  /** The text just before rests on this source; the reader sees [n]. */
  | { readonly type: 'citation'; readonly source: Source }
  | {
      readonly type: 'done';
      readonly outcome: Outcome;
      /** Cited in the text, in the order of their numbers. */
      readonly sources: readonly Source[];
      /** With `not_found`: the documents that come nearest, best first, each once. */
      readonly nearest?: readonly Passage[] | undefined;
      /** With `not_found`: whom to ask instead, as the sources of the nearest documents name them ("#people-ops"). */
      readonly askInstead?: readonly string[] | undefined;
      /** Citations that the model gave and that did not hold. */
      readonly citationsDropped: number;
    };
