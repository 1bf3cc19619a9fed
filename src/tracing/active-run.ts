import { AsyncLocalStorage } from 'node:async_hooks';
import { isRunTree, type RunTree } from 'langsmith/run_trees';
import { getCurrentRunTree, ROOT, traceable } from 'langsmith/traceable';
import type { LangSmithClient } from './client.js';
import { RunFailure } from './run-failure.js';
import type { AnySpec, Fields, Score } from './run-spec.js';
import type { TraceScores } from './trace-scores.js';

export interface Destination {
  readonly client: LangSmithClient;
  readonly projectName: string;
  readonly scores: TraceScores;
  /** Set inside of a turn that is not recorded, because LangSmith is away. */
  readonly lostTurn: AsyncLocalStorage<true>;
}

/** What a run shows of its end. */
export interface Shown {
  readonly outputs: Fields;
  readonly metadata?: Fields | undefined;
}

/** A run that has begun. The first of `end`, `fail` and `stop` ends it; later calls do nothing. */
export interface ActiveRun {
  /** Calls a function so that the runs it begins are children of this one. */
  inside<Value>(call: () => Value): Value;
  end(shown: () => Shown): void;
  /** With what there was by then. */
  fail(error: unknown, shown?: () => Shown): void;
  /** Ended by whoever reads it, without a failure. */
  stop(shown: () => Shown): void;
  /** The time to the first token. */
  firstToken(): void;
  /** Feedback on the trace, from the run that began it. */
  score(scores: () => readonly Score[]): void;
}

/**
 * Begins a run around work that is driven from outside: the traced function only waits for the run's end. That keeps
 * streams out of LangSmith's hands, which would hold every chunk, and hold each again as an event of an llm run.
 *
 * Undefined for a step outside of any turn (a search from the command line): it would be a trace without a thread.
 */
export function beginRun<Input>(to: Destination, spec: AnySpec<Input>, input: Input): ActiveRun | undefined {
  const root = spec.root?.(input);
  if (root && to.client.outage.lasts()) return lostRun(to);
  if (!root && !isRunTree(getCurrentRunTree(true))) {
    if (to.lostTurn.getStore()) to.client.outage.lose();
    return undefined;
  }

  const { promise: ending, resolve, reject } = deferred<Fields>();
  let inside: ActiveRun['inside'] = (call) => call();
  let tree: RunTree | undefined;
  let ended = false;

  const run = traceable(
    (): Promise<Fields> => {
      inside = AsyncLocalStorage.snapshot();
      const current = getCurrentRunTree(true);
      if (isRunTree(current)) tree = current;
      return ending;
    },
    {
      name: spec.name,
      run_type: spec.runType,
      client: to.client.batched,
      project_name: to.projectName,
      // Said here, or the SDK would look into the environment.
      tracingEnabled: true,
      replicas: [],
      ...(root && { id: root.id }),
      // A child takes over all of its parent's metadata; only the root may be called so.
      metadata: { ls_agent_type: root ? 'root' : undefined, ...spec.metadata?.(input), ...root?.metadata },
      processInputs: () => spec.inputs(input),
    },
  );
  // A turn that is begun while another one's run is the current one, in a queue, is a trace of its own all the same.
  const recorded: Promise<Fields> = root ? run(ROOT) : run();
  // The failure is told to the caller by whoever drives the run.
  recorded.then(undefined, () => {});

  /** A mistake in what a run shows costs the run, never the answer. */
  function finish(shown: (() => Shown) | undefined, settle: (outputs: Fields) => void): void {
    if (ended) return;
    ended = true;
    try {
      const { outputs, metadata } = shown?.() ?? { outputs: {} };
      if (tree && metadata) tree.metadata = metadata;
      settle(outputs);
    } catch (error) {
      reject(new RunFailure(error));
    }
  }

  return {
    inside: (call) => inside(call),
    end: (shown) => finish(shown, resolve),
    fail: (error, shown) =>
      finish(shown, (outputs) => {
        if (tree) tree.outputs = outputs;
        reject(new RunFailure(error));
      }),
    stop: (shown) =>
      finish(shown, (outputs) => {
        if (tree) tree.metadata = { stopped: true };
        resolve(outputs);
      }),
    firstToken: () => tree?.addEvent({ name: 'new_token' }),
    score(scores) {
      if (root) to.scores.add(root.id, scores);
    },
  };
}

/** The whole trace or nothing of it: what is begun inside is lost too, and costs as little. */
function lostRun({ client, lostTurn }: Destination): ActiveRun {
  client.outage.lose();
  const nothing = () => {};
  return {
    inside: (call) => lostTurn.run(true, call),
    end: nothing,
    fail: nothing,
    stop: nothing,
    firstToken: nothing,
    score: nothing,
  };
}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function deferred<Value>(): Deferred<Value> {
  let resolve: Deferred<Value>['resolve'] = () => {};
  let reject: Deferred<Value>['reject'] = () => {};
  const promise = new Promise<Value>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
