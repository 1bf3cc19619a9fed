import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'langsmith';
import type { Example } from 'langsmith/schemas';
import { exampleOf } from './example-of.js';
import type { EvalQuestion } from './question-set.js';

/**
 * Makes a dataset hold the shipped questions as they are now: new ones are added, changed ones changed, and those that are
 * no longer shipped removed. Examples that somebody added there stay.
 */
export async function syncDataset(
  client: Client,
  name: string,
  questions: readonly EvalQuestion[],
): Promise<void> {
  const { id } = (await client.hasDataset({ datasetName: name }))
    ? await client.readDataset({ datasetName: name })
    : await client.createDataset(name, {
        description: 'Questions about Threadsmith’s own documentation, as shipped.',
      });
  const there = new Map<string, Example>();
  for await (const example of client.listExamples({ datasetId: id })) there.set(example.id, example);

  const shipped = questions.map((question) => exampleOf(question, id));
  const ids = new Set(shipped.map((example) => example.id));
  const added = shipped.filter((example) => !there.has(example.id));
  const changed = shipped.filter((example) => {
    const before = there.get(example.id);
    return before && !isDeepStrictEqual(partsOf(before), partsOf(example));
  });
  const gone = [...there.values()].filter(
    (example) => example.metadata?.shipped === true && !ids.has(example.id),
  );
  if (added.length > 0) await client.createExamples(added.map(withIds));
  if (changed.length > 0) await client.updateExamples(changed.map(withIds));
  if (gone.length > 0) await client.deleteExamples(gone.map((example) => example.id));
}

function partsOf({ inputs, outputs, metadata }: Example) {
  return { inputs, outputs: outputs ?? {}, metadata: metadata ?? {} };
}

function withIds(example: Example) {
  return { id: example.id, dataset_id: example.dataset_id, ...partsOf(example) };
}
