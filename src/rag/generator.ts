import type { Turn } from '../threads/turn.js';
import type { AnswerEvent, Outcome, Source } from './answer-event.js';
import type { Attachment } from './attachment.js';
import type { ChatMessage, ChatModel } from './chat-model.js';
import type { Passage } from './passage.js';
import { SYSTEM_PROMPT } from './prompt.js';

export interface GenerateRequest {
  readonly question: string;
  readonly askedAt: number;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly turns: readonly Turn[];
  readonly passages: readonly Passage[];
  readonly signal: AbortSignal;
}

export type Generate = (request: GenerateRequest) => AsyncIterable<AnswerEvent>;

export interface GeneratorOptions {
  readonly model: ChatModel;
  /** Answers in the model's place when it fails before its first word. */
  readonly standIn?: ChatModel | undefined;
  /** Told when the model failed, with what it had written by then. */
  readonly onModelFailure?: (error: unknown) => void;
}

/** Stop reasons of a whole answer; with any other (a limit of length or context) something is missing. */
const COMPLETE: ReadonlySet<string> = new Set(['end_turn', 'stop_sequence']);

const NOTHING_FOUND = 'I could not find anything about that in the documents.';
const INTERRUPTED = '\n\n_The answer was interrupted here. Please ask again._';
const CUT_OFF = '\n\n_The answer reached its length limit here. Ask for the rest and I will go on._';
const REFUSED = 'I cannot answer that question. Please put it another way.';
const EMPTY = 'I could not put an answer together from the documents. Please put the question another way.';

/** Passages in, written answer out, with the source of each statement numbered in the order of first use. */
export function createGenerator({ model, standIn, onModelFailure }: GeneratorOptions): Generate {
  return async function* generate(request) {
    if (request.passages.length === 0) {
      yield { type: 'text', text: NOTHING_FOUND };
      yield { type: 'done', outcome: 'not_found', sources: [], citationsDropped: 0 };
      return;
    }
    const draft = new Draft(request.passages);
    try {
      yield* draft.write(model({ system: SYSTEM_PROMPT, ...request }));
    } catch (error) {
      request.signal.throwIfAborted();
      onModelFailure?.(error);
      if (draft.started || !standIn) {
        yield* draft.end(draft.started ? INTERRUPTED : EMPTY, 'partial');
        return;
      }
      yield* draft.write(standIn({ system: SYSTEM_PROMPT, ...request }));
    }
    yield* draft.close();
  };
}

/** One answer in the making: turns the model's events into the answer's and remembers what was cited. */
class Draft {
  started = false;
  readonly #passages: readonly Passage[];
  readonly #numbers = new Map<Passage, Source>();
  /** Numbers already shown since the last text: two quotes from one passage are one [n]. */
  readonly #citedHere = new Set<number>();
  #message: ChatMessage | undefined;

  constructor(passages: readonly Passage[]) {
    this.#passages = passages;
  }

  async *write(events: ReturnType<ChatModel>): AsyncGenerator<AnswerEvent> {
    for await (const event of events) {
      if (event.type === 'text') {
        this.started ||= event.text.trim() !== '';
        this.#citedHere.clear();
        yield event;
      } else if (event.type === 'citation') {
        const source = this.#cite(event.passage, event.quote);
        if (source && !this.#citedHere.has(source.number)) {
          this.#citedHere.add(source.number);
          yield { type: 'citation', source };
        }
      } else {
        this.#message = event.message;
      }
    }
  }

  *close(): Generator<AnswerEvent> {
    const reason = this.#message?.stopReason;
    if (reason === 'refusal') yield* this.end(this.started ? `\n\n${REFUSED}` : REFUSED, 'partial');
    else if (!this.started) yield* this.end(EMPTY, 'partial');
    else if (reason !== undefined && reason !== null && !COMPLETE.has(reason))
      yield* this.end(CUT_OFF, 'partial');
    else yield* this.end('', this.#numbers.size > 0 ? 'answered' : 'not_found');
  }

  *end(text: string, outcome: Outcome): Generator<AnswerEvent> {
    if (text) yield { type: 'text', text };
    yield { type: 'done', outcome, sources: [...this.#numbers.values()], citationsDropped: 0 };
  }

  /** A citation counts only when the passage was given and really holds the quoted words. */
  #cite(index: number, quote: string): Source | undefined {
    const passage = this.#passages[index];
    const words = squeeze(quote);
    const place = passage && words !== '' ? squeeze(passage.text).indexOf(words) : -1;
    if (!passage || place === -1) return undefined;
    const cited = partAt(passage, place);
    const source = this.#numbers.get(cited) ?? { number: this.#numbers.size + 1, passage: cited };
    this.#numbers.set(cited, source);
    return source;
  }
}

/** Of joined chunks the one in which the quote begins, so that its link leads to its own heading. */
function partAt(passage: Passage, place: number): Passage {
  let end = 0;
  for (const part of passage.parts ?? []) {
    end += squeeze(part.text).length + 1;
    if (place < end) return part;
  }
  return passage;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
