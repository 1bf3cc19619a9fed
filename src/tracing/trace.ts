import { isRunTree } from 'langsmith/run_trees';
import { getCurrentRunTree } from 'langsmith/traceable';
import type { Privacy, Redaction } from './privacy.js';
import type { RunSink } from './run-sink.js';
import type { Fields } from './run-spec.js';
import type { TraceScores } from './trace-scores.js';

/** All runs of one answer. */
export interface Trace {
  readonly id: string;
  readonly projectName: string;
  readonly runs: RunSink;
  /** Absent: LangSmith does not get the trace, and could not say of which run a score is. */
  readonly scores?: Pick<TraceScores, 'add'> | undefined;
  readonly redaction: Redaction;
  /** Starts and ends so far: they sort what happens in one millisecond. */
  moments: number;
  /** What runs further down found out about the whole. */
  found: Fields;
}

/** A run inside of which others begin. */
export interface ParentRun {
  readonly id: string;
  readonly dottedOrder: string;
  /** A run takes over all of its parent's. */
  readonly metadata: Fields;
}

/** Where in a trace a function is called. */
export interface Place {
  readonly trace: Trace;
  /** Absent for the first run of a trace. */
  readonly parent: ParentRun | undefined;
}

/** In a turn that is not recorded: because its thread is not, or because LangSmith is away. */
export type Unrecorded = 'unsampled' | 'lost';

/** The place below a run of LangSmith's own SDK: an experiment's, for instance. */
export function placeBelowSdkRun(runs: RunSink, privacy: Privacy): Place | undefined {
  const tree = getCurrentRunTree(true);
  if (!isRunTree(tree) || tree.project_name === undefined) return undefined;
  const redaction = privacy.redaction(undefined, []);
  const { id, trace_id, dotted_order: dottedOrder, project_name: projectName, extra } = tree;
  return {
    trace: { id: trace_id, projectName, runs, redaction, moments: 0, found: {} },
    parent: { id, dottedOrder, metadata: { ...extra?.metadata } },
  };
}

/** A moment as LangSmith sorts by it: to the microsecond, of which the last three digits count a trace's moments. */
export function momentOf(trace: Trace, now: number): string {
  trace.moments = Math.min(trace.moments + 1, 999);
  return `${new Date(now).toISOString().slice(0, -1)}${String(trace.moments).padStart(3, '0')}Z`;
}

/** LangSmith's sort key of a run below another. */
export function dottedOrderOf(startTime: string, id: string, parent: ParentRun | undefined): string {
  const own = `${startTime.replace(/[-:.]/g, '')}${id}`;
  return parent ? `${parent.dottedOrder}.${own}` : own;
}
