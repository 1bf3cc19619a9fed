import type { Outage } from './outage.js';
import type { RunSink } from './run-sink.js';
import type { Trace } from './trace.js';

/** One of the places that traces go to, and whether it takes any now. */
export interface TraceSink extends Pick<Trace, 'runs' | 'scores'> {
  readonly outage: Pick<Outage, 'losesRuns' | 'lose'>;
}

/** Where one trace goes, whole: to every place that takes any now. Undefined: to none, do not even begin. */
export function sinkOfTrace(sinks: readonly TraceSink[]): Pick<Trace, 'runs' | 'scores'> | undefined {
  const taking = sinks.filter(({ outage }) => !outage.losesRuns());
  if (taking.length === 0) return undefined;
  return {
    runs: runsToAll(sinks.map((sink) => (taking.includes(sink) ? sink.runs : lost(sink)))),
    scores: taking.find(({ scores }) => scores)?.scores,
  };
}

export function runsToAll(runs: readonly RunSink[]): RunSink {
  const [only] = runs;
  if (only && runs.length === 1) return only;
  return {
    add(operation) {
      for (const each of runs) each.add(operation);
    },
  };
}

/** Counts what this place does not get while another one does. */
function lost({ outage }: TraceSink): RunSink {
  return {
    add({ kind }) {
      if (kind === 'post') outage.lose();
    },
  };
}
