import type { Source } from '../knowledge/source.js';
import type { IngestOutput } from './ingest-output.js';

/**
 * Does the work for one source after the other; one that fails does not stop the others.
 *
 * @returns whether all was done
 */
export async function eachSource<Each extends Pick<Source, 'name'>>(
  sources: readonly Each[],
  { output, stop }: { readonly output: IngestOutput; readonly stop: AbortSignal },
  work: (source: Each) => Promise<boolean>,
): Promise<boolean> {
  let done = true;
  for (const source of sources) {
    try {
      done = (await work(source)) && done;
    } catch (error) {
      stop.throwIfAborted();
      output.failed(source.name, error instanceof Error ? error.message : String(error));
      done = false;
    }
  }
  return done;
}
