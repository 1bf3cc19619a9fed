import type { KnownBlock } from '@slack/types';
import type { Log } from '../../logger.js';
import type { MayViewTraces } from '../people/may-view-traces.js';

/** The action id of "Add to dataset"; its value is `<session id>:<run id>`. */
export const DATASET_ACTION = 'threadsmith_add_to_dataset';

const VALUE = /^([0-9a-f-]{36}):([0-9a-f-]{36})$/;

/** An answer in its thread, as LangSmith knows it. */
export interface TracedAnswer {
  readonly sessionId: string;
  readonly runId: string;
}

/** Makes an answer a test. Fulfilled by `tracing/`. */
export type AddToDataset = (answer: TracedAnswer) => Promise<
  | { readonly status: 'added' | 'changed'; readonly url: string }
  /** Nobody said what the right answer is; LangSmith holds no text of it; it does not have it (yet). */
  | { readonly status: 'no_reference' | 'no_text' | 'no_trace' }
>;

export interface AddToDatasetOptions {
  readonly mayViewTraces: MayViewTraces;
  /** Absent: nothing is traced. */
  readonly add: AddToDataset | undefined;
  readonly log: Log;
}

const REFUSALS = {
  no_reference: 'The right answer is missing: vote 👎 again and write it in the dialog.',
  no_text: 'LangSmith holds no text of this answer, so it cannot become a test.',
  no_trace: 'LangSmith does not have this answer yet, or does not trace its thread. Try again in a minute.',
} as const;

/** The button that those get who look after the answers. */
export function datasetButton({ sessionId, runId }: TracedAnswer): KnownBlock {
  const text = { type: 'plain_text', text: 'Add to dataset' } as const;
  const value = `${sessionId}:${runId}`;
  return { type: 'actions', elements: [{ type: 'button', action_id: DATASET_ACTION, text, value }] };
}

/** Resolves to what the one who clicked is told. Never rejects. */
export async function addToDataset(
  { mayViewTraces, add, log }: AddToDatasetOptions,
  value: string,
  userId: string,
): Promise<string> {
  const [, sessionId, runId] = VALUE.exec(value) ?? [];
  try {
    if (!add || !sessionId || !runId || !(await mayViewTraces(userId)))
      return 'This is for those who look after me.';
    const added = await add({ sessionId, runId });
    if ('url' in added)
      return `${added.status === 'added' ? 'Added' : 'Changed'} in <${added.url}|the dataset>.`;
    return REFUSALS[added.status];
  } catch (error) {
    // Without the error: LangSmith's answer may quote what somebody wrote.
    log.warn({ reason: reason(error), runId }, 'an answer was not added to the dataset');
    return 'LangSmith did not take it. Please try again in a minute.';
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'status' in error ? `HTTP ${error.status}` : error.name;
}
