import type { Chunk } from '../../../src/knowledge/chunks/chunk.js';

/** Questions over documents, with what answers them. */
export interface EvaluationSet {
  readonly name: string;
  readonly documents: readonly EvaluationDocument[];
  readonly questions: readonly EvaluationQuestion[];
  /** By question: what answers it, and how well (1 and up). Questions that are not here are not asked. */
  readonly judged: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Whether the documents are sections already, which the judgements are about, or pages that must be cut first. */
  readonly unit: 'section' | 'page';
  /** Cuts a document as `npm run ingest` does. */
  cut(document: EvaluationDocument): Chunk[];
  /** Which of the judged things a passage of a document holds. */
  judgedIn(documentId: string, text: string): readonly string[];
  /** Vectors that come with the set, one for each document and question, in their order. */
  readonly vectors?: SetVectors | undefined;
}

export interface EvaluationDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface EvaluationQuestion {
  readonly id: string;
  readonly text: string;
}

export interface SetVectors {
  readonly model: string;
  readonly documents: readonly Float32Array[];
  readonly questions: readonly Float32Array[];
}

/** The questions that can be scored, each with its place in the set. */
export function askedQuestions({
  questions,
  judged,
}: EvaluationSet): (EvaluationQuestion & { place: number })[] {
  return questions
    .map((question, place) => ({ ...question, place }))
    .filter(({ id }) => [...(judged.get(id)?.values() ?? [])].some((grade) => grade > 0));
}
