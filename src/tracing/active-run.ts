import type { AsyncLocalStorage } from 'node:async_hooks';
import { v7 as uuidv7 } from 'uuid';
import type { Privacy } from './privacy.js';
import { RunFailure } from './run-failure.js';
import type { Run } from './run-sink.js';
import type { AnySpec, Fields, Score, TraceRoot } from './run-spec.js';
import { dottedOrderOf, momentOf, type Place, placeBelowSdkRun, type Unrecorded } from './trace.js';
import { runsToAll, sinkOfTrace, type TraceSink } from './trace-sinks.js';

export interface Destination {
  readonly sinks: readonly TraceSink[];
  readonly projectName: string;
  readonly privacy: Privacy;
  /** Where the function that runs now is called. */
  readonly place: AsyncLocalStorage<Place | Unrecorded>;
  readonly now: () => number;
}

/** What a run shows of its end. */
export interface Shown {
  readonly outputs: () => Fields;
  /** The same without anybody's words. */
  readonly bareOutputs: () => Fields;
  readonly metadata?: Fields | undefined;
  /** For the trace's first run. */
  readonly traceMetadata?: Fields | undefined;
}

/** A run that has begun. The first of `end`, `fail` and `stop` ends it; later calls do nothing. */
export interface ActiveRun {
  /** Calls a function so that the runs it begins are children of this one. */
  inside<Value>(call: () => Value): Value;
  end(shown: () => Shown): void;
  /** With what there was by then. */
  fail(failure: RunFailure, shown?: () => Shown): void;
  /** Ended by whoever reads it, without a failure. */
  stop(shown: () => Shown): void;
  /** The time to the first token. */
  firstToken(): void;
  /** Feedback on the trace, from the run that began it. */
  score(scores: () => readonly Score[]): void;
}

/**
 * Begins a run around work that is driven from outside. A mistake in what a run shows costs the run, never the answer.
 *
 * The first run of a trace is sent when it begins and again when it ends: an answer at work can be seen, and one that died
 * with its process. The runs below are sent once, when they end: each of their inputs travels once.
 *
 * Undefined for a step outside of any turn (a search from the command line): it would be a trace without a thread.
 */
export function beginRun<Input>(to: Destination, spec: AnySpec<Input>, input: Input): ActiveRun | undefined {
  const root = spec.root?.(input);
  const place = root ? newTrace(to, root) : (to.place.getStore() ?? placeInExperiment(to));
  if (place === 'lost') for (const { outage } of to.sinks) outage.lose();
  if (place === undefined || (typeof place === 'string' && !root)) return undefined;
  if (typeof place === 'string') return unrecorded(to, place);
  const user = root?.userId === undefined ? {} : { user: to.privacy.nameOf(root.userId) };
  const metadata = {
    ...place.parent?.metadata,
    // A child takes over all of its parent's metadata; only the root may be called so, and the format is each run's own.
    ls_agent_type: root ? 'root' : undefined,
    ls_message_format: undefined,
    ...spec.metadata?.(input),
    ...root?.metadata,
    ...user,
  };
  return new BegunRun(to, spec, { input, place, metadata, rootId: root?.id });
}

/** Decided for the whole of it, here. An outage that begins later may still take its end. */
function newTrace({ privacy, sinks, projectName }: Destination, root: TraceRoot): Place | Unrecorded {
  if (!privacy.traces(root.sessionId)) return 'unsampled';
  const sink = sinkOfTrace(sinks);
  if (!sink) return 'lost';
  const redaction = privacy.redaction(root.conversation, root.people);
  return {
    trace: { id: root.id, projectName, ...sink, redaction, moments: 0, found: {} },
    parent: undefined,
  };
}

function placeInExperiment({ sinks, privacy }: Destination): Place | undefined {
  return placeBelowSdkRun(runsToAll(sinks.map(({ runs }) => runs)), privacy);
}

/** What is begun inside is not recorded either, and costs as little. */
function unrecorded({ place }: Destination, why: Unrecorded): ActiveRun {
  const nothing = () => {};
  return {
    inside: (call) => place.run(why, call),
    end: nothing,
    fail: nothing,
    stop: nothing,
    firstToken: nothing,
    score: nothing,
  };
}

interface Beginning<Input> {
  readonly input: Input;
  readonly place: Place;
  readonly metadata: Fields;
  /** Of a run that begins a trace. */
  readonly rootId: string | undefined;
}

const NOTHING_SHOWN: Shown = { outputs: () => ({}), bareOutputs: () => ({}) };
const STOPPED: Fields = { stopped: true };

class BegunRun<Input> implements ActiveRun {
  readonly #to: Destination;
  readonly #spec: AnySpec<Input>;
  readonly #beginning: Beginning<Input>;
  readonly #begun: Omit<Run, 'extra'>;
  readonly #inside: Place;
  /** As they were sent when the run began. Undefined: no half of it was. */
  #inputsSent: Fields | undefined;
  #firstToken: string | undefined;
  #ended = false;

  constructor(to: Destination, spec: AnySpec<Input>, beginning: Beginning<Input>) {
    const { trace, parent } = beginning.place;
    const { rootId, metadata } = beginning;
    const now = to.now();
    const id = rootId ?? uuidv7({ msecs: now });
    const startTime = momentOf(trace, now);
    const dottedOrder = dottedOrderOf(startTime, id, parent);
    this.#to = to;
    this.#spec = spec;
    this.#beginning = beginning;
    this.#inside = { trace, parent: { id, dottedOrder, metadata } };
    this.#begun = {
      id,
      trace_id: trace.id,
      dotted_order: dottedOrder,
      ...(parent && { parent_run_id: parent.id }),
      name: spec.name,
      run_type: spec.runType,
      start_time: startTime,
      session_name: trace.projectName,
    };
    if (rootId !== undefined)
      this.#send('post', () => {
        this.#inputsSent = this.#inputs();
        return { inputs: this.#inputsSent, extra: { metadata } };
      });
  }

  inside<Value>(call: () => Value): Value {
    return this.#to.place.run(this.#inside, call);
  }

  end(shown: () => Shown): void {
    this.#finish(shown);
  }

  fail(failure: RunFailure, shown: () => Shown = () => NOTHING_SHOWN): void {
    const error = this.#beginning.place.trace.redaction.text(failure.message);
    this.#finish(shown, { error, ...(failure.isGivenUp && { metadata: STOPPED }) });
  }

  stop(shown: () => Shown): void {
    this.#finish(shown, { metadata: STOPPED });
  }

  firstToken(): void {
    this.#firstToken = new Date(this.#to.now()).toISOString();
  }

  score(scores: () => readonly Score[]): void {
    const { rootId, place } = this.#beginning;
    if (rootId !== undefined) place.trace.scores?.add(rootId, scores);
  }

  #finish(shown: () => Shown, { error, metadata }: { error?: string; metadata?: Fields } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    const { place, rootId, metadata: before } = this.#beginning;
    const { trace } = place;
    const endTime = momentOf(trace, this.#to.now());
    const isBegun = this.#inputsSent !== undefined;
    this.#send(isBegun ? 'patch' : 'post', () => {
      const { outputs, bareOutputs, metadata: after, traceMetadata } = shown();
      trace.found = { ...trace.found, ...traceMetadata };
      const found = rootId === undefined ? {} : trace.found;
      return {
        end_time: endTime,
        ...(!isBegun && { inputs: this.#inputs() }),
        outputs: trace.redaction.fields(this.#isBare ? bareOutputs() : outputs()),
        extra: { metadata: { ...before, ...found, ...after, ...metadata } },
        ...(this.#firstToken && { events: [{ name: 'new_token', time: this.#firstToken }] }),
        ...(error !== undefined && { error }),
      };
    });
  }

  #send(kind: 'post' | 'patch', rest: () => Partial<Run> & Pick<Run, 'extra'>): void {
    const { runs } = this.#beginning.place.trace;
    const isBare = this.#isBare;
    try {
      const run = { ...this.#begun, ...rest() };
      runs.add({ kind, run, isBare, inputs: kind === 'patch' ? this.#inputsSent : undefined });
    } catch (mistake) {
      const { metadata } = this.#beginning;
      const end_time = new Date(this.#to.now()).toISOString();
      const error = new RunFailure(mistake).message;
      const run = { ...this.#begun, end_time, error, extra: { metadata } };
      if (this.#ended) runs.add({ kind, run, isBare });
    }
  }

  #inputs(): Fields {
    const { inputs, bareInputs } = this.#spec;
    const { input, place } = this.#beginning;
    return place.trace.redaction.fields(this.#isBare ? (bareInputs?.(input) ?? {}) : inputs(input));
  }

  get #isBare(): boolean {
    return this.#beginning.place.trace.redaction.content === 'none';
  }
}
