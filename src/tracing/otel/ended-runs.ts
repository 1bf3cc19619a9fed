import type { Run, RunOperation, RunSink } from '../run-sink.js';

/** Seconds of any real load, should runs never end. */
const MOST_BEGUN = 5_000;

/** Puts runs that travel in two halves together: a span is sent once, when it has ended. */
export class EndedRuns implements RunSink {
  readonly #to: RunSink;
  readonly #begun = new Map<string, Run>();

  constructor(to: RunSink) {
    this.#to = to;
  }

  add({ kind, run, isBare }: RunOperation): void {
    if (run.end_time === undefined) {
      this.#keep(run);
      return;
    }
    const begun = this.#begun.get(run.id);
    this.#begun.delete(run.id);
    if (kind === 'post' || begun) this.#to.add({ kind: 'post', run: { ...begun, ...run }, isBare });
  }

  #keep(run: Run): void {
    this.#begun.set(run.id, run);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MOST_BEGUN && oldest !== undefined) this.#begun.delete(oldest);
  }
}
