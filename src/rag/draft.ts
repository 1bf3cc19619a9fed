import type { AnswerEvent, Outcome } from './answer-event.js';
import type { ChatEvent, ChatMessage } from './chat-model.js';
import { CitationMarkers, type MarkedPiece } from './citation-markers.js';
import { Citations } from './citations.js';
import { notFoundSentence, saysNotFound } from './not-found.js';
import type { Passage } from './passage.js';

/** How a model says what it rests on: by `citation` events, or by the [n] that it was asked to write. */
export type CitationStyle = 'events' | 'markers';

/** Characters of what stands before an [n] that are looked at. */
const LONGEST_STATEMENT = 1_000;

/** One try at an answer: turns the model's events into the answer's, and knows how far it has come. */
export class Draft {
  readonly #style: CitationStyle;
  readonly #citations: Citations;
  readonly #markers = new CitationMarkers();
  /** The beginning, until it is decided whether it is the marker; then, if it is, all of it. */
  #beginning: string | undefined = '';
  #notFound = false;
  #message: ChatMessage | undefined;
  #wrote = false;
  #shown = false;
  /** Text since the last [n] of the model's own, and what the [n] before it stood behind. */
  #statement = '';
  #claim = '';
  /** Numbers already shown since the last text: two quotes from one passage are one [n]. */
  readonly #citedHere = new Set<number>();

  constructor(passages: readonly Passage[], style: CitationStyle) {
    this.#style = style;
    this.#citations = new Citations(passages);
  }

  /** Whether the reader has seen a word of it: then there is no second try. */
  get shown(): boolean {
    return this.#shown;
  }

  /** The model's own sentence when it said that the documents do not hold the answer; it may be empty. */
  get notFound(): string | undefined {
    return this.#notFound ? notFoundSentence(this.#beginning ?? '') : undefined;
  }

  get cited(): boolean {
    return this.#citations.sources.length > 0;
  }

  get dropped(): number {
    return this.#citations.dropped;
  }

  /** Absent when the model did not come to its end. */
  get stopReason(): string | null | undefined {
    return this.#message?.stopReason;
  }

  async *write(events: AsyncIterable<ChatEvent>): AsyncGenerator<AnswerEvent> {
    for await (const event of events) {
      if (event.type === 'end') {
        this.#message = event.message;
      } else if (event.type === 'text') {
        if (!this.#wrote && event.text.trim() !== '') {
          this.#wrote = true;
          yield { type: 'status', status: 'writing' };
        }
        yield* this.#text(event.text);
      } else if (event.type === 'citation' && !this.#notFound) {
        yield* this.flush();
        if (this.#style === 'events') yield* this.#cite(event.passage, event.quote);
      }
    }
    yield* this.flush();
  }

  /** Shows what was held back in case it was the beginning of a marker. */
  *flush(): Generator<AnswerEvent> {
    if (this.#notFound) return;
    const beginning = this.#beginning?.trimStart() ?? '';
    this.#beginning = undefined;
    yield* this.#show(this.#markers.write(beginning));
    yield* this.#show(this.#markers.flush());
  }

  /** The last words of the bot's own, behind what there is, and the end. */
  *end(text: string, outcome: Outcome): Generator<AnswerEvent> {
    if (text && this.#shown) yield { type: 'text', text: `\n\n_${text}_`, closing: true };
    else if (text) yield { type: 'text', text };
    yield { type: 'done', outcome, sources: this.#citations.sources, citationsDropped: this.dropped };
  }

  *#text(text: string): Generator<AnswerEvent> {
    if (this.#beginning === undefined) return yield* this.#show(this.#markers.write(text));
    this.#beginning += text;
    if (this.#notFound) return;
    const isMarker = saysNotFound(this.#beginning);
    if (isMarker) this.#notFound = true;
    else if (isMarker === false) {
      const beginning = this.#beginning.trimStart();
      this.#beginning = undefined;
      yield* this.#show(this.#markers.write(beginning));
    }
  }

  *#show(pieces: readonly MarkedPiece[]): Generator<AnswerEvent> {
    for (const piece of pieces) {
      if (typeof piece !== 'string') {
        if (this.#style === 'markers') yield* this.#citeNumbers(piece);
        continue;
      }
      this.#shown ||= piece.trim() !== '';
      if (this.#style === 'markers') this.#statement = (this.#statement + piece).slice(-LONGEST_STATEMENT);
      this.#citedHere.clear();
      yield { type: 'text', text: piece };
    }
  }

  *#cite(passage: number, quote: string): Generator<AnswerEvent> {
    const source = this.#citations.byQuote(passage, quote);
    if (!source || this.#citedHere.has(source.number)) return;
    this.#citedHere.add(source.number);
    yield { type: 'citation', source };
  }

  *#citeNumbers(numbers: readonly number[]): Generator<AnswerEvent> {
    const statement = lastSentence(this.#statement);
    if (/[\p{L}\p{N}]/u.test(statement)) this.#claim = statement;
    this.#statement = '';
    for (const number of numbers) {
      const source = this.#citations.byNumber(number, this.#claim);
      if (!source || this.#citedHere.has(source.number)) continue;
      this.#citedHere.add(source.number);
      yield { type: 'citation', source };
    }
  }
}

/** What an [n] stands behind: the last sentence, or list item, that has words. */
function lastSentence(text: string): string {
  const sentences = [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)];
  return sentences.findLast(({ segment }) => /[\p{L}\p{N}]/u.test(segment))?.segment ?? '';
}
