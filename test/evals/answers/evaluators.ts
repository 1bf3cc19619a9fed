import type { RunEvaluator } from 'langsmith/evaluation';
import { z } from 'zod';
import { languageOf } from '../../../src/rag/language.js';
import { GIVEN_ANSWER, type GivenAnswer } from './given-answer.js';

/** Words of an answer that is short as the prompt asks: three long sentences. Of one that asks for steps or code. */
const SHORT = 120;
const LONG = 400;

/** What a question's example in LangSmith holds as its reference. One that came from Slack holds the answer alone. */
export const REFERENCE = z.object({
  answer: z.string(),
  /** Absent: nobody has said which. */
  sections: z.array(z.string()).optional(),
  language: z.string().optional(),
  long: z.boolean().optional(),
});
export type Reference = z.output<typeof REFERENCE>;

export interface Judgement {
  readonly key: string;
  /** 0 to 1. */
  readonly score: number;
  readonly comment?: string;
}

/** Looks at one answer. Undefined where there is nothing to look at. */
export type Judge = (given: GivenAnswer, reference: Reference) => Judgement | undefined;

/** What needs no model: the same answer is always judged the same. */
export const DETERMINISTIC: Readonly<Record<string, Judge>> = {
  not_found: notFoundAccuracy,
  citation_validity: citationValidity,
  right_source: rightSource,
  retrieved: wasRetrieved,
  length: fitsLength,
  language: fitsLanguage,
};

/** As LangSmith calls it: an object, because it makes a run of every function. */
export function asEvaluator(judge: Judge): RunEvaluator {
  return {
    async evaluateRun(run, example) {
      const judgement = judge(GIVEN_ANSWER.parse(run.outputs), REFERENCE.parse(example?.outputs));
      return { results: judgement ? [{ ...judgement }] : [] };
    },
  };
}

/** It says that it found nothing exactly where the documents do not say. */
export function notFoundAccuracy({ outcome }: GivenAnswer, { sections }: Reference): Judgement | undefined {
  if (!sections) return undefined;
  const right = (outcome === 'not_found') === (sections.length === 0);
  return { key: 'not_found', score: Number(right), comment: outcome };
}

/** Of what it cites, the share that is there: each [n] a source, each source cited and retrieved, none dropped. */
export function citationValidity(given: GivenAnswer): Judgement | undefined {
  const { sources, retrieved, citationsDropped } = given;
  const numbers = new Set(sources.map(({ number }) => number));
  const cited = new Set(
    Array.from(withoutCode(given.answer).matchAll(/\[(\d{1,2})\](?!\()/g), ([, n]) => Number(n)),
  );
  const texts = new Set(retrieved.map(({ text }) => text));
  const good = sources.filter(({ number, text }) => cited.has(number) && texts.has(text)).length;
  const strays = [...cited].filter((number) => !numbers.has(number)).length;
  const all = sources.length + strays + citationsDropped;
  if (all === 0) return undefined;
  const comment = `${good} of ${all}: ${strays} [n] without a source, ${citationsDropped} dropped`;
  return { key: 'citation_validity', score: good / all, comment };
}

/** An answer from the documents cites a section that holds it. */
export function rightSource(
  { outcome, sources }: GivenAnswer,
  { sections }: Reference,
): Judgement | undefined {
  if (!sections?.length || outcome !== 'answered') return undefined;
  const right = sources.some(holdsOneOf(sections));
  return {
    key: 'right_source',
    score: Number(right),
    comment: sources.flatMap((source) => source.sections).join(', '),
  };
}

/** A section that holds the answer is among what the model got. */
export function wasRetrieved({ retrieved }: GivenAnswer, { sections }: Reference): Judgement | undefined {
  if (!sections?.length) return undefined;
  const found = retrieved.some(holdsOneOf(sections));
  return { key: 'retrieved', score: Number(found) };
}

export function fitsLength({ answer }: GivenAnswer, { long, language }: Reference): Judgement | undefined {
  if (language === undefined) return undefined;
  const words = wordsIn(answer, language);
  return { key: 'length', score: Number(words <= (long ? LONG : SHORT)), comment: `${words} words` };
}

/** Short answers of names and figures are in no language. */
export function fitsLanguage({ answer }: GivenAnswer, { language }: Reference): Judgement | undefined {
  const found = languageOf(withoutCode(answer));
  if (found === undefined || language === undefined) return undefined;
  return { key: 'language', score: Number(found === language), comment: found };
}

function holdsOneOf(wanted: readonly string[]) {
  return ({ sections }: GivenAnswer['retrieved'][number]) => sections.some((id) => wanted.includes(id));
}

function wordsIn(text: string, language: string): number {
  const segments = new Intl.Segmenter(language, { granularity: 'word' }).segment(text);
  return Array.from(segments).filter(({ isWordLike }) => isWordLike).length;
}

function withoutCode(text: string): string {
  return text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, '');
}
