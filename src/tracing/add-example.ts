import type { Client } from 'langsmith';
import { v5 as uuidv5 } from 'uuid';
import type { TracedTurn } from './traced-threads.js';

/** Fixed for ever: a turn that is added again changes its example. */
const NAMESPACE = 'd3a5b0c4-7f52-5e0b-9f31-5c1e0a8b6d42';

/** One that does not batch: a promise must mean that LangSmith has it. */
export type AddExampleClient = Client;

export interface NewExample {
  /** Made when it is not there. */
  readonly dataset: string;
  /** The turn, and those of its thread before it. */
  readonly turn: TracedTurn;
  readonly before: readonly TracedTurn[];
  /** The right answer. Absent: the correction that somebody gave, else the answer itself where it was voted good. */
  readonly answer?: string | undefined;
}

export type AddedExample =
  | { readonly status: 'added' | 'changed'; readonly exampleId: string; readonly url: string }
  /** Nobody has said what the right answer is; or the trace holds no text. */
  | { readonly status: 'no_reference' | 'no_text' };

/** Makes a turn an example of a dataset: the question with the turns before it, the right answer, and the run it is from. */
export async function addExample(
  client: Client,
  { dataset, turn, before, answer }: NewExample,
): Promise<AddedExample> {
  if (turn.question === '') return { status: 'no_text' };
  const reference = answer ?? (await referenceFor(client, turn));
  if (!reference) return { status: 'no_reference' };
  const { id: datasetId } = (await client.hasDataset({ datasetName: dataset }))
    ? await client.readDataset({ datasetName: dataset })
    : await client.createDataset(dataset, {
        description: 'Questions from Slack, with the answers that people gave or approved.',
      });
  const exampleId = uuidv5(`${datasetId}:${turn.runId}`, NAMESPACE);
  const turns = before.flatMap(({ question, answer: text }) => [
    { role: 'user', text: question },
    { role: 'assistant', text },
  ]);
  const example = {
    id: exampleId,
    dataset_id: datasetId,
    inputs: { question: turn.question, ...(turns.length > 0 && { turns }) },
    outputs: { answer: reference },
    metadata: { source_run_id: turn.runId },
  };
  const url = await client.getDatasetUrl({ datasetId });
  if (await isThere(client, datasetId, exampleId)) {
    await client.updateExamples([example]);
    return { status: 'changed', exampleId, url };
  }
  await client.createExamples([{ ...example, source_run_id: turn.runId }]);
  return { status: 'added', exampleId, url };
}

async function isThere(client: Client, datasetId: string, exampleId: string): Promise<boolean> {
  for await (const { id } of client.listExamples({ datasetId, exampleIds: [exampleId] }))
    if (id === exampleId) return true;
  return false;
}

/** The newest correction; else the answer, when more people found it good than bad. */
async function referenceFor(client: Client, { runId, answer }: TracedTurn): Promise<string | undefined> {
  let correction: string | undefined;
  let votes = 0;
  const all = client.listFeedback({ runIds: [runId], feedbackKeys: ['correction', 'user_score'] });
  for await (const { key, score, comment } of all) {
    if (key === 'correction') correction ??= comment || undefined;
    else if (key === 'user_score') votes += Number(score) > 0 ? 1 : -1;
  }
  return correction ?? (votes > 0 ? answer : undefined);
}
