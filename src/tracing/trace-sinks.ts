import type { Outage } from './outage.js';
import type { RunSink } from './run-sink.js';

/** One of the places that traces go to, and whether it takes any now. */
export interface TraceSink {
  readonly runs: RunSink;
  readonly outage: Pick<Outage, 'losesRuns' | 'lose'>;
}

/** For one trace: every place gets the whole of it or nothing. Undefined: nobody takes it, do not even begin. */
export function runsOfTrace(sinks: readonly TraceSink[]): RunSink | undefined {
  const losing = sinks.filter(({ outage }) => outage.losesRuns());
  if (losing.length === sinks.length) return undefined;
  return runsToAll(sinks.map((sink) => (losing.includes(sink) ? lost(sink) : sink.runs)));
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
