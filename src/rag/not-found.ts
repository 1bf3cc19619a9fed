import type { AnswerEvent } from './answer-event.js';
import type { Passage } from './passage.js';
import { NOT_FOUND_MARKER } from './prompt.js';

/** Documents that are named when none holds the answer. */
const NEAREST = 3;

/** A model that does not keep to one sentence is cut there. */
const LONGEST_SENTENCE = 400;

/** The end of an answer that the documents do not hold: the nearest ones, each once, and whom their sources name. */
export function notFound(
  passages: readonly Passage[],
  citationsDropped = 0,
): Extract<AnswerEvent, { type: 'done' }> {
  const documents = new Map<string, Passage>();
  for (const passage of passages)
    if (!documents.has(passage.documentId)) documents.set(passage.documentId, passage);
  const nearest = [...documents.values()].slice(0, NEAREST);
  const askInstead = [...new Set(nearest.flatMap((passage) => passage.askInstead ?? []))];
  return { type: 'done', outcome: 'not_found', sources: [], nearest, askInstead, citationsDropped };
}

/** Whether a reply begins with the marker; undefined while that is not decided. */
export function saysNotFound(reply: string): boolean | undefined {
  const text = reply
    .replace(/^[\s*_`]+/, '')
    .replace(/_/g, ' ')
    .toLowerCase();
  if (text.startsWith(NOT_FOUND_MARKER)) return true;
  return NOT_FOUND_MARKER.startsWith(text) ? undefined : false;
}

/** The one sentence behind the marker; empty where there is none. */
export function notFoundSentence(reply: string): string {
  const start = reply.replace(/_/g, ' ').toLowerCase().indexOf(NOT_FOUND_MARKER) + NOT_FOUND_MARKER.length;
  const text = reply.slice(start).replace(/^[\s*_`:–—-]+/, '');
  const [first] = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text);
  return first?.segment.trim().slice(0, LONGEST_SENTENCE) ?? '';
}
