import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '../../../src/errors.js';
import { chunkText } from '../../../src/knowledge/chunks/chunk-text.js';
import type { EvaluationSet, SetVectors } from './evaluation-set.js';
import { readJsonLines, readJudgements, readQuestions } from './read-judgements.js';

const DOCUMENT = z.object({ _id: z.coerce.string(), title: z.string().default(''), text: z.string() });

/**
 * The sets in a folder, or the one that it is, in BEIR's layout: corpus.jsonl {_id, title, text}, queries.jsonl
 * {_id, text}, qrels.tsv (query-id, corpus-id, score). `corpus.NAME.f32` and `queries.NAME.f32` are the vectors of a model:
 * float32, little-endian, a row for each line.
 *
 * @throws ExpectedError when there is none, or one that cannot be read.
 */
export function readSets(folder: string): EvaluationSet[] {
  if (!existsSync(folder)) throw new ExpectedError(`Expected a folder at ${folder}, found none.`);
  const folders = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  const sets = folders.filter((each) => existsSync(join(each, 'corpus.jsonl'))).sort();
  if (sets.length === 0)
    throw new ExpectedError(
      `Expected corpus.jsonl, queries.jsonl and qrels.tsv in ${folder} or in a folder of it.`,
    );
  return sets.map(readSet);
}

function readSet(folder: string): EvaluationSet {
  const documents = readJsonLines(join(folder, 'corpus.jsonl'), DOCUMENT).map(({ _id, title, text }) => ({
    id: _id,
    title,
    text,
  }));
  const questions = readQuestions(join(folder, 'queries.jsonl'));
  const published = join(folder, 'qrels/test.tsv');
  return {
    name: basename(resolve(folder)),
    documents,
    questions,
    judged: readJudgements(existsSync(published) ? published : join(folder, 'qrels.tsv')),
    unit: 'section',
    cut: ({ title, text }) => chunkText(text, { title }),
    judgedIn: (documentId) => [documentId],
    vectors: readVectors(folder, documents.length, questions.length),
  };
}

function readVectors(folder: string, documents: number, questions: number): SetVectors | undefined {
  const [, model] =
    readdirSync(folder)
      .map((name) => /^corpus\.(.+)\.f32$/.exec(name))
      .find(Boolean) ?? [];
  if (model === undefined) return undefined;
  return {
    model,
    documents: readRows(join(folder, `corpus.${model}.f32`), documents),
    questions: readRows(join(folder, `queries.${model}.f32`), questions),
  };
}

function readRows(file: string, rows: number): Float32Array[] {
  const bytes = readFileSync(file);
  const size = bytes.byteLength / rows;
  if (size === 0 || size % Float32Array.BYTES_PER_ELEMENT !== 0)
    throw new ExpectedError(`${file} must hold ${rows} vectors of float32, got ${bytes.byteLength} bytes`);
  return Array.from(
    { length: rows },
    (_, row) => new Float32Array(Uint8Array.from(bytes.subarray(row * size, (row + 1) * size)).buffer),
  );
}
