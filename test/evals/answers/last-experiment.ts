import type { Client } from 'langsmith';
import { z } from 'zod';
import { meansOf } from './render-results.js';
import type { Experiment, LastExperiment } from './run-experiment.js';

/** In the metadata of an experiment without a drop: its means, to compare the next one with. */
const MEANS_KEY = 'threadsmith_means';
const METADATA = z.object({
  metadata: z.object({ [MEANS_KEY]: z.record(z.string(), z.number()) }),
});

/**
 * The newest experiment on a dataset in which nothing dropped: one with a drop is no measure, or the same answers would pass
 * when they are asked for again. Its means are those that it kept itself: LangSmith's own statistics lag behind the feedback,
 * and lack what is not yet counted.
 */
export async function lastExperiment(client: Client, dataset: string): Promise<LastExperiment | undefined> {
  if (!(await client.hasDataset({ datasetName: dataset }))) return undefined;
  let last: (LastExperiment & { readonly startTime: number }) | undefined;
  for await (const { name, extra, start_time } of client.listProjects({ referenceDatasetName: dataset })) {
    const kept = METADATA.safeParse(extra);
    const startTime = start_time ? new Date(start_time).getTime() : 0;
    if (!name || !kept.success || (last && startTime < last.startTime)) continue;
    last = { name, means: kept.data.metadata[MEANS_KEY], startTime };
  }
  return last && { name: last.name, means: last.means };
}

/** Keeps them for the next one. */
export async function keepMeans(client: Client, { name, answers }: Experiment): Promise<void> {
  if (name === undefined) return;
  const { id, extra } = await client.readProject({ projectName: name });
  const means = Object.fromEntries(Object.entries(meansOf(answers)).map(([key, { mean }]) => [key, mean]));
  const metadata = {
    ...z.object({ metadata: z.record(z.string(), z.unknown()).default({}) }).parse(extra ?? {}).metadata,
    [MEANS_KEY]: means,
  };
  await client.updateProject(id, { metadata });
}

/** The scores that fell by more than is allowed, one line each. One that is no longer given has fallen all the way. */
export function dropsIn({ answers, last }: Pick<Experiment, 'answers' | 'last'>, maxDrop: number): string[] {
  const means = meansOf(answers);
  return Object.entries(last?.means ?? {}).flatMap(([key, before]) => {
    const now = means[key]?.mean;
    // Rounding is no drop.
    if ((now === undefined ? 1 : before - now) <= maxDrop + 1e-9) return [];
    return now === undefined
      ? [`${key} is no longer given, was ${before.toFixed(3)}`]
      : [`${key} fell from ${before.toFixed(3)} to ${now.toFixed(3)}, more than ${maxDrop}`];
  });
}
