import type { Client } from 'langsmith';
import { ExpectedError } from '../../../src/errors.js';

/** @throws ExpectedError unless LangSmith has a dataset of the name, with something in it. */
export async function requireExamples(client: Client, datasetName: string): Promise<void> {
  if (!(await client.hasDataset({ datasetName })))
    throw new ExpectedError(
      `--dataset must name a dataset that LangSmith has, got "${datasetName}": npm run dataset:add makes one with its first example.`,
    );
  const { id: datasetId } = await client.readDataset({ datasetName });
  for await (const _example of client.listExamples({ datasetId, limit: 1 })) return;
  throw new ExpectedError(
    `--dataset must name a dataset with examples, got none in "${datasetName}": npm run dataset:add adds one.`,
  );
}
