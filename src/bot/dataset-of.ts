import type { AddToDataset } from '../slack/feedback/add-to-dataset.js';
import { type AddExampleClient, addExample } from '../tracing/add-example.js';
import type { TracedThreads } from '../tracing/traced-threads.js';
import { latestBefore } from './langsmith-desk.js';

export interface DatasetOptions {
  readonly client: AddExampleClient;
  readonly threads: TracedThreads;
  readonly dataset: string;
}

/** Adds answers of the bot to a dataset, with what LangSmith has of their threads. */
export function datasetOf({ client, threads, dataset }: DatasetOptions): AddToDataset {
  return async ({ sessionId, runId }) => {
    const turns = await threads.turns(sessionId);
    const turn = turns.find((each) => each.runId === runId);
    if (!turn) return { status: 'no_trace' };
    return addExample(client, { dataset, turn, before: latestBefore(turns, turn) });
  };
}
