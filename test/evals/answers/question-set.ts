import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ExpectedError } from '../../../src/errors.js';
import { readJsonLines } from '../retrieval/read-judgements.js';
import { sectionId } from './section-id.js';

export const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const SET = fileURLToPath(new URL('./questions.jsonl', import.meta.url));

const QUESTION = z.object({
  id: z.string(),
  question: z.string(),
  /** The thread before the question, oldest first. */
  turns: z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })).default([]),
  /** What a right answer says, in whatever words. */
  answer: z.string(),
  /** Any of them holds it, as "documents.md#web-pages". Empty: the documents do not say. */
  sections: z.array(z.string()),
  /** Of the question, and so of its answer. */
  language: z.string(),
  /** It asks for steps, a list or code. */
  long: z.boolean().default(false),
});

/** A question about the product's own documentation, and what a right answer is. */
export type EvalQuestion = z.output<typeof QUESTION>;

/** @throws ExpectedError for a line that is no question, an id that is taken, or a section that is not in docs/ any more. */
export function readQuestionSet(file = SET): EvalQuestion[] {
  const questions = readJsonLines(file, QUESTION);
  const ids = new Set<string>();
  for (const { id } of questions) {
    if (ids.has(id)) throw new ExpectedError(`${file}: each id must be there once, got "${id}" again`);
    ids.add(id);
  }
  const sections = sectionsOfDocs();
  const gone = questions.flatMap((question) =>
    question.sections.filter((id) => !sections.has(id)).map((id) => `  ${question.id} -> ${id}`),
  );
  if (gone.length > 0) {
    throw new ExpectedError(
      `Every section in ${file} must be in docs/, these are not:\n${gone.join('\n')}\nName the section that answers the question now.`,
    );
  }
  return questions;
}

function sectionsOfDocs(): Set<string> {
  const files = readdirSync(DOCS).filter((name) => name.endsWith('.md'));
  return new Set(
    files.flatMap((file) => {
      const headings = readFileSync(join(DOCS, file), 'utf8').match(/^#{1,6} .*$/gm) ?? [];
      return headings.map((heading) => sectionId(file, heading.replace(/^#+ /, '')));
    }),
  );
}
