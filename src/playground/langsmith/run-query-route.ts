import { list, record, string } from '../unknown-json.js';
import { feedbackStats } from './feedback-stats.js';
import type { FeedbackStore } from './feedback-store.js';
import { jsonOf } from './json-of.js';
import type { Json, ReceivedRun } from './received-run.js';
import { Refusal } from './refusal.js';
import type { RouteRequest, RouteResponse } from './routes.js';
import { runFilter } from './run-filter.js';
import type { RunStore } from './run-store.js';

const MOST_A_PAGE = 100;
const DAY_MS = 24 * 3_600_000;

/**
 * What LangSmith's API finds among all runs of a project, newest first, in pages.
 *
 * @throws Refusal
 */
export function respondToRunQuery(
  { runs, feedback }: { readonly runs: RunStore; readonly feedback: FeedbackStore },
  { method, url, body }: RouteRequest,
): RouteResponse | undefined {
  if (method !== 'POST' || url.pathname !== '/api/v2/runs/query') return undefined;
  const query = jsonOf(body);
  const projects = list(query.project_ids);
  if (projects.length === 0) throw new Refusal(422, 'project_ids is required');
  const size = Number(query.page_size ?? MOST_A_PAGE);
  if (!(size >= 1 && size <= MOST_A_PAGE)) throw new Refusal(422, `page_size must be 1 to ${MOST_A_PAGE}`);
  const since =
    query.min_start_time === undefined ? Date.now() - DAY_MS : Date.parse(string(query.min_start_time));
  const all = runs.all();
  const roots = new Map(all.filter(({ parentRunId }) => !parentRunId).map((run) => [run.id, run]));
  const own = matcher(query.filter, feedback);
  const trace = matcher(query.trace_filter, feedback);
  const found = all
    .filter(
      (run) =>
        projects.includes(run.projectId) &&
        run.startTime >= since &&
        (query.is_root === undefined || query.is_root === (run.parentRunId === undefined)) &&
        (query.run_type === undefined || query.run_type === run.runType.toUpperCase()) &&
        own(run) &&
        trace(roots.get(run.traceId)),
    )
    .sort((one, other) => other.startTime - one.startTime);
  const start = Number(query.cursor ?? 0);
  const selects = list(query.selects).map(String);
  return [
    200,
    {
      items: found.slice(start, start + size).map((run) => selected(shown(run, feedback), selects)),
      next_cursor: start + size < found.length ? String(start + size) : null,
    },
  ];
}

function matcher(filter: unknown, feedback: FeedbackStore): (run: ReceivedRun | undefined) => boolean {
  if (filter === undefined) return () => true;
  const matches = runFilter(string(filter));
  return (run) =>
    run !== undefined &&
    matches({
      metadata: run.metadata,
      feedback: feedback.all().filter(({ runId }) => runId === run.id),
    });
}

function shown(run: ReceivedRun, feedback: FeedbackStore): Json {
  return {
    id: run.id,
    trace_id: run.traceId,
    name: run.name,
    start_time: new Date(run.startTime).toISOString(),
    inputs: run.inputs,
    outputs: run.outputs,
    metadata: record(run.metadata),
    feedback_stats: feedbackStats(feedback, [run.id]),
  };
}

/** As in LangSmith: what is not asked for is not there, and without a wish it is the id alone. */
function selected(run: Json, selects: readonly string[]): Json {
  const names = selects.length === 0 ? ['id'] : selects.map((name) => name.toLowerCase());
  return Object.fromEntries(Object.entries(run).filter(([name]) => names.includes(name)));
}
