import type { Example } from 'langsmith/schemas';
import { v5 as uuidv5 } from 'uuid';
import type { EvalQuestion } from './question-set.js';

/** Fixed: a question keeps its example, and its history of results, as long as its id. */
const NAMESPACE = 'c1a7c9a6-5a3b-5a0e-8d55-3f6b9c0f7e21';

/** A shipped question as LangSmith keeps it. */
export function exampleOf(question: EvalQuestion, datasetId: string): Example {
  const { id, question: text, turns, ...reference } = question;
  return {
    id: uuidv5(`${datasetId}:${id}`, NAMESPACE),
    dataset_id: datasetId,
    inputs: { question: text, ...(turns.length > 0 && { turns }) },
    outputs: reference,
    metadata: { id, shipped: true },
    // No date of its own: the set is a file.
    created_at: new Date(0).toISOString(),
    modified_at: new Date(0).toISOString(),
    runs: [],
  };
}
