import { type ActiveRun, beginRun, type Destination } from './active-run.js';
import { RunFailure } from './run-failure.js';
import type { RunSpec, StreamSpec } from './run-spec.js';

/** Makes every call of a promise function a run. The caller gets the function's own result or error, at the same time. */
export function traced<Input, Result>(
  to: Destination,
  spec: RunSpec<Input, Result>,
  fn: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    const run = beginRun(to, spec, input);
    if (!run) return fn(input);
    try {
      const result = await run.inside(() => fn(input));
      run.end(() => ({
        outputs: () => spec.outputs(result),
        bareOutputs: () => spec.bareOutputs?.(result) ?? {},
        metadata: spec.metadata?.(input, result),
        traceMetadata: spec.traceMetadata?.(result),
      }));
      return result;
    } catch (error) {
      run.fail(new RunFailure(error, signalOf(input)));
      throw error;
    }
  };
}

/**
 * Makes every iteration of a stream function a run, from the first `next()` to the stream's end. The caller sees the
 * very stream: same events, same errors, same pace; leaving the loop early ends the source and then the run.
 */
export function tracedStream<Input, Event, State>(
  to: Destination,
  spec: StreamSpec<Input, Event, State>,
  fn: (input: Input) => AsyncIterable<Event>,
): (input: Input) => AsyncIterable<Event> {
  return async function* (input) {
    const run = beginRun(to, spec, input);
    if (!run) return yield* fn(input);
    let state = spec.initial;
    let waiting = true;
    const shown = () => ({
      outputs: () => spec.outputs(state),
      bareOutputs: () => spec.bareOutputs?.(state) ?? {},
      metadata: spec.metadata?.(input, state),
    });
    try {
      for await (const event of iterateInside(run, () => fn(input))) {
        if (waiting && spec.firstToken?.(event)) {
          waiting = false;
          run.firstToken();
        }
        state = spec.reduce(state, event);
        yield event;
      }
      run.end(shown);
      run.score(() => spec.feedback?.(state) ?? []);
    } catch (error) {
      run.fail(new RunFailure(error, signalOf(input)), shown);
      throw error;
    } finally {
      run.stop(shown);
    }
  };
}

/** Every step of the chain is given the signal that ends it, beside what it works on. */
function signalOf(input: unknown): AbortSignal | undefined {
  const signal = typeof input === 'object' && input !== null && 'signal' in input ? input.signal : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}

/** Each step of the source runs inside the run, so that the runs it begins become children. */
function iterateInside<Event>(run: ActiveRun, open: () => AsyncIterable<Event>): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator]() {
      const source = run.inside(() => open()[Symbol.asyncIterator]());
      return {
        next: () => run.inside(() => source.next()),
        async return() {
          await run.inside(() => source.return?.());
          return { done: true, value: undefined };
        },
      };
    },
  };
}
