import type { AnswerEvent, Outcome, Source } from '../../rag/answer-event.js';
import type { Fields } from '../run-spec.js';

/** An answer as far as it has come. */
export interface AnswerSoFar {
  /** With [n] where a source is cited, as its reader sees it. */
  readonly text: string;
  readonly outcome?: Outcome;
  readonly citationsDropped: number;
  readonly sources: readonly Source[];
}

export const NO_ANSWER: AnswerSoFar = { text: '', citationsDropped: 0, sources: [] };

export function addToAnswer(answer: AnswerSoFar, event: AnswerEvent): AnswerSoFar {
  switch (event.type) {
    case 'text':
      return { ...answer, text: answer.text + event.text };
    case 'citation':
      return { ...answer, text: `${answer.text} [${event.source.number}]` };
    case 'done':
      return {
        ...answer,
        outcome: event.outcome,
        citationsDropped: event.citationsDropped,
        sources: event.sources,
      };
    case 'status':
      return answer;
  }
}

/** To filter by: which answers were not found, which broke off, which named sources that do not say so. */
export function outcomeMetadata(answer: AnswerSoFar | undefined): Fields {
  if (answer?.outcome === undefined) return {};
  return { outcome: answer.outcome, citations_dropped: answer.citationsDropped };
}
