import type { FeedbackStore } from './feedback-store.js';

interface Stats {
  n: number;
  /** Null where no record has a score. */
  avg: number | null;
  values: Record<string, number>;
  comments: string[];
}

/** What LangSmith sums up of the feedback on some runs, by key. */
export function feedbackStats(
  feedback: FeedbackStore,
  runIds: readonly string[],
): Readonly<Record<string, Stats>> {
  const all: Record<string, Stats> = {};
  for (const { key, score, value, comment, runId } of feedback.all()) {
    if (!runIds.includes(runId)) continue;
    all[key] ??= { n: 0, avg: null, values: {}, comments: [] };
    const stats = all[key];
    if (score !== undefined) stats.avg = ((stats.avg ?? 0) * stats.n + score) / (stats.n + 1);
    if (value !== undefined) stats.values[value] = (stats.values[value] ?? 0) + 1;
    if (comment !== undefined) stats.comments.push(comment);
    stats.n += 1;
  }
  return all;
}
