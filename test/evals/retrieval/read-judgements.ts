import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { ExpectedError } from '../../../src/errors.js';
import type { EvaluationQuestion } from './evaluation-set.js';

const QUESTION = z.object({ _id: z.coerce.string(), text: z.string() });

/** The questions of a file: {_id, text} a line. */
export function readQuestions(file: string): EvaluationQuestion[] {
  return readJsonLines(file, QUESTION).map(({ _id, text }) => ({ id: _id, text }));
}

/** Lines of query-id, corpus-id, score, below a heading. */
export function readJudgements(file: string): Map<string, Map<string, number>> {
  const judged = new Map<string, Map<string, number>>();
  for (const [index, line] of linesOf(file).entries()) {
    const [question, document, score] = line.split('\t');
    const grade = Number(score);
    if (index === 0 && score !== undefined && Number.isNaN(grade)) continue;
    if (!question || !document || Number.isNaN(grade)) {
      throw new ExpectedError(
        `${file}:${index + 1} must be "query-id<TAB>corpus-id<TAB>score", got "${line}"`,
      );
    }
    judged.set(question, (judged.get(question) ?? new Map<string, number>()).set(document, grade));
  }
  return judged;
}

export function readJsonLines<T>(file: string, schema: z.ZodType<T>): T[] {
  return linesOf(file).map((line, index) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch (cause) {
      throw new ExpectedError(`${file}:${index + 1} must be one JSON object like {"_id", "text"}`, { cause });
    }
  });
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) throw new ExpectedError(`Expected ${file}, found no such file.`);
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
