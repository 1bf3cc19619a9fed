import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { ExpectedError } from '../../../src/errors.js';
import { chunkDocument } from '../../../src/knowledge/chunks/chunk-document.js';
import type { EvaluationSet } from './evaluation-set.js';
import { readJudgements, readQuestions } from './read-judgements.js';

const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
const QUESTIONS = fileURLToPath(new URL('./own-docs/', import.meta.url));

/** Shorter lines (a table's delimiter, "and", a fence) stand in many sections and tell nothing. */
const TELLING_LINE = 20;

/**
 * The product's own documentation and questions about it. What answers a question is a section, named as a link to it
 * ("documents.md#links"), so that systems that cut differently are judged alike: a passage holds a section when one of its
 * lines stands there and in no other, as the head of a table may.
 *
 * @throws ExpectedError when a judgement names a section that is not there any more.
 */
export function ownDocsSet(): EvaluationSet {
  const files = readdirSync(DOCS).filter((name) => name.endsWith('.md'));
  const documents = files.sort().map((id) => ({ id, title: '', text: readFileSync(join(DOCS, id), 'utf8') }));
  const sections = new Map(documents.map(({ id, text }) => [id, sectionsOf(id, text)]));
  const judged = readJudgements(join(QUESTIONS, 'qrels.tsv'));
  checkJudgements(judged, [...sections.values()].flat());
  return {
    name: 'own-docs',
    documents,
    questions: readQuestions(join(QUESTIONS, 'queries.jsonl')),
    judged,
    unit: 'page',
    cut: ({ id, text }) => chunkDocument({ path: id, format: 'markdown', text }),
    judgedIn(documentId, text) {
      const lines = text.split('\n').filter((line) => line.trim().length >= TELLING_LINE);
      const held = lines.flatMap((line) => {
        const holders = (sections.get(documentId) ?? []).filter((section) =>
          section.text.includes(line.trim()),
        );
        return holders.length === 1 ? holders.map(({ id }) => id) : [];
      });
      return held.length > 0 ? [...new Set(held)] : [documentId];
    },
  };
}

interface Section {
  readonly id: string;
  readonly text: string;
}

function sectionsOf(file: string, markdown: string): Section[] {
  const slugger = new GithubSlugger();
  return markdown.split(/^(?=#{1,6} )/m).flatMap((text) => {
    const [, heading] = /^#+ (.*)\n/.exec(text) ?? [];
    return heading === undefined
      ? []
      : [{ id: `${file}#${slugger.slug(heading.replaceAll('`', ''))}`, text }];
  });
}

function checkJudgements(judged: EvaluationSet['judged'], sections: readonly Section[]): void {
  const ids = new Set(sections.map(({ id }) => id));
  const gone = [...judged].flatMap(([question, answers]) =>
    [...answers.keys()].filter((id) => !ids.has(id)).map((id) => `  ${question} -> ${id}`),
  );
  if (gone.length > 0) {
    throw new ExpectedError(
      `Every section in test/evals/retrieval/own-docs/qrels.tsv must be in docs/, these are not:\n${gone.join('\n')}\nName the section that answers the question now.`,
    );
  }
}
