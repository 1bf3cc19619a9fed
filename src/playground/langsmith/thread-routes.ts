import { record } from '../unknown-json.js';
import { runCost } from '../view/run-cost.js';
import { feedbackStats } from './feedback-stats.js';
import type { FeedbackStore } from './feedback-store.js';
import type { ReceivedRun, ReceivedTree } from './received-run.js';
import { Refusal } from './refusal.js';
import type { RouteRequest, RouteResponse } from './routes.js';
import type { RunStore } from './run-store.js';

const PATH = /^\/api\/v2\/threads\/([^/]+)\/(traces|stats)$/;

/**
 * What LangSmith's API tells of threads: their traces and their figures.
 *
 * @throws Refusal
 */
export function respondAboutThread(
  { runs, feedback }: { readonly runs: RunStore; readonly feedback: FeedbackStore },
  { method, url }: RouteRequest,
): RouteResponse | undefined {
  const [, sessionId = '', what] = PATH.exec(url.pathname) ?? [];
  if (method !== 'GET' || what === undefined) return undefined;
  const project = url.searchParams.get(what === 'traces' ? 'project_id' : 'session_id');
  if (!project) throw new Refusal(422, 'the project is required');
  const turns = runs.thread(decodeURIComponent(sessionId)).filter(({ run }) => run.projectId === project);
  if (what === 'traces') return [200, { items: turns.map(({ run }) => traceJson(run)), next_cursor: null }];
  const all = turns.flatMap(runsOf);
  const latencies = turns.flatMap(({ run }) => (run.endTime ? [(run.endTime - run.startTime) / 1_000] : []));
  latencies.sort((one, other) => one - other);
  return [
    200,
    {
      turns: turns.length,
      total_tokens: sum(all.map((run) => tokensOf(run).total)),
      total_cost: sum(all.map(costOf)),
      latency_p50_seconds: latencies[Math.floor((latencies.length - 1) / 2)],
      latency_p99_seconds: latencies.at(-1),
      feedback_stats: feedbackStats(
        feedback,
        turns.map(({ run }) => run.id),
      ),
    },
  ];
}

function traceJson({ id, name, inputs, outputs, startTime, endTime }: ReceivedRun): object {
  return { trace_id: id, name, inputs, outputs, start_time: timeOf(startTime), end_time: timeOf(endTime) };
}

function timeOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function runsOf({ run, children }: ReceivedTree): ReceivedRun[] {
  return [run, ...children.flatMap(runsOf)];
}

function tokensOf({ metadata, outputs }: ReceivedRun) {
  const usage = record(metadata.usage_metadata ?? outputs?.usage_metadata);
  const input = Number(usage.input_tokens ?? 0);
  const output = Number(usage.output_tokens ?? 0);
  return { input, output, total: input + output };
}

/** Cached tokens count as others here. */
function costOf(run: ReceivedRun): number {
  const { input, output } = tokensOf(run);
  const tokens = { input, output, cacheRead: 0, cacheWrite: 0, cacheWriteForHour: 0 };
  return runCost(String(run.metadata.ls_model_name), tokens) ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
