import type { Client } from 'langsmith';
import { v5 as uuidv5 } from 'uuid';
import type { TracedTurn } from './traced-threads.js';

/** Fixed for ever: a turn that is added again changes its example. */
const NAMESPACE = 'd3a5b0c4-7f52-5e0b-9f31-5c1e0a8b6d42';

/** One that does not batch: a promise must mean that LangSmith has it. */
export type AddExampleClient = Client;

type RecordedTurn = Pick<TracedTurn, 'runId' | 'question' | 'answer'>;

export interface NewExample {
  /** Made when it is not there. */
  readonly dataset: string;
  /** The turn, and those of its thread before it. */
  readonly turn: RecordedTurn;
  readonly before: readonly RecordedTurn[];
  /** The right answer, masked. Absent: the newest correction that somebody gave, else the answer itself where it was voted good. */
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
  const { id: datasetId } = await datasetNamed(client, dataset);
  const exampleId = uuidv5(`${datasetId}:${turn.runId}`, NAMESPACE);
  // A turn may have failed before its first word.
  const turns = before
    .flatMap(({ question, answer: text }) => [
      { role: 'user', text: question },
      { role: 'assistant', text },
    ])
    .filter(({ text }) => text !== '');
  const example = {
    id: exampleId,
    dataset_id: datasetId,
    inputs: { question: turn.question, ...(turns.length > 0 && { turns }) },
    outputs: { answer: reference },
    metadata: { source_run_id: turn.runId },
  };
  const url = await client.getDatasetUrl({ datasetId });
  const isNew = await makes(
    () => client.createExamples([{ ...example, source_run_id: turn.runId }]),
    () => isThere(client, datasetId, exampleId),
  );
  if (!isNew) await client.updateExamples([example]);
  return { status: isNew ? 'added' : 'changed', exampleId, url };
}

async function datasetNamed(client: Client, datasetName: string): Promise<{ readonly id: string }> {
  const description = 'Questions from Slack, with the answers that people gave or approved.';
  await makes(
    () => client.createDataset(datasetName, { description }),
    () => client.hasDataset({ datasetName }),
  );
  return client.readDataset({ datasetName });
}

/** Whether it had to be made. Two people may add the same at once: then the second is refused, in whatever way. */
async function makes(create: () => Promise<unknown>, isThere: () => Promise<boolean>): Promise<boolean> {
  if (await isThere()) return false;
  try {
    await create();
    return true;
  } catch (error) {
    if (await isThere()) return false;
    throw error;
  }
}

async function isThere(client: Client, datasetId: string, exampleId: string): Promise<boolean> {
  for await (const { id } of client.listExamples({ datasetId, exampleIds: [exampleId] }))
    if (id === exampleId) return true;
  return false;
}

/** The newest correction; else the answer, when more people found it good than bad. */
async function referenceFor(client: Client, { runId, answer }: RecordedTurn): Promise<string | undefined> {
  const corrections: { readonly text: string; readonly time: number }[] = [];
  let votes = 0;
  const all = client.listFeedback({ runIds: [runId], feedbackKeys: ['correction', 'user_score'] });
  for await (const { key, score, comment, modified_at } of all) {
    if (key === 'user_score') votes += Number(score) > 0 ? 1 : -1;
    else if (comment) corrections.push({ text: comment, time: Date.parse(modified_at) });
  }
  corrections.sort((one, other) => other.time - one.time);
  return corrections[0]?.text ?? (votes > 0 ? answer : undefined);
}
