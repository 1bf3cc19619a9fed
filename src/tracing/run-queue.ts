import { setTimeout as sleep } from 'node:timers/promises';
import type { FailedTraces } from './failed-traces.js';
import type { OutageWatch } from './outage.js';
import type { Batch, PackedBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';
import type { RunOperation, RunSender } from './run-sink.js';
import type { SendRuns } from './send-runs.js';
import { within } from './within.js';

export interface RunQueueOptions {
  readonly newBatch: () => Batch;
  readonly send: SendRuns;
  readonly outage: OutageWatch;
  /** Takes what the recipient does not. */
  readonly failedTraces?: FailedTraces | undefined;
}

/**
 * Sends runs to LangSmith or another recipient behind the answers' backs: in batches, with one retry, and within fixed bounds
 * of memory. What cannot be sent is kept in a folder or dropped and counted.
 *
 * In the SDK's place, whose way of a run (two messages that both hold its inputs, objects copied and measured, streams for
 * packing) cost three times the CPU and which keeps waiting runs without a bound that counts.
 */
export class RunQueue implements RunSender {
  readonly #options: RunQueueOptions;
  #filling: Batch;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: Batch[] = [];
  #sending = 0;
  /** Being sent, or put into the folder. */
  readonly #underWay = new Set<Promise<void>>();
  /** Of all that is not delivered yet, before packing. */
  #bytes = 0;
  /** Aborted when whoever waits for the end has waited long enough. */
  #giveUp = new AbortController();

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.#filling = options.newBatch();
  }

  add(operation: RunOperation): void {
    const { outage } = this.#options;
    const ids = [operation.run.id];
    if (this.#bytes > RUN_LIMITS.waitingBytes) {
      outage.overflows();
      outage.count(ids, 'lost');
      return;
    }
    const before = this.#filling.bytes;
    try {
      this.#filling.add(operation);
    } catch (err) {
      outage.passedOver({ err }, ids, 'lost');
      return;
    }
    this.#bytes += this.#filling.bytes - before;
    const { operations, bytes } = this.#filling;
    if (operations >= RUN_LIMITS.batchOperations || bytes >= RUN_LIMITS.batchBytes) this.#cut();
    else this.#timer ??= setTimeout(() => this.#cut(), RUN_LIMITS.batchMs);
  }

  /**
   * Sends what waits. What is still under way when the time is up is not waited for; it is kept where there is a folder.
   *
   * @returns whether nothing was lost
   */
  async flush(timeoutMs: number): Promise<boolean> {
    const { failedTraces, outage } = this.#options;
    const toKeepMs = failedTraces ? Math.min(RUN_LIMITS.keepMs, timeoutMs / 2) : 0;
    if (await within(this.#settled(), timeoutMs - toKeepMs)) return outage.runsLost() === 0;
    if (!failedTraces) return false;
    this.#giveUp.abort();
    const isKept = await within(this.#settled(), toKeepMs);
    this.#giveUp = new AbortController();
    return isKept && outage.runsLost() === 0;
  }

  async #settled(): Promise<boolean> {
    this.#cut();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    return true;
  }

  #cut(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#filling.operations > 0) this.#waiting.push(this.#filling);
    this.#filling = this.#options.newBatch();
    while (this.#sending < RUN_LIMITS.requests && this.#waiting.length > 0) this.#sendNext();
    if (this.#options.failedTraces && this.#bytes > RUN_LIMITS.waitingBytes / 2) this.#keepWaiting();
  }

  #sendNext(): void {
    const batch = this.#waiting.shift();
    if (!batch) return;
    this.#sending += 1;
    this.#follow(batch, this.#deliver(batch), () => {
      this.#sending -= 1;
      this.#sendNext();
    });
  }

  /** Into the folder, before what comes next has no room. */
  #keepWaiting(): void {
    const { outage } = this.#options;
    for (const batch of this.#waiting.splice(0)) {
      outage.overflows();
      const keeping = batch.packed().then((packed) => this.#putAside(packed));
      this.#follow(
        batch,
        keeping.catch((err) => outage.passedOver({ err }, batch.runIds, 'lost')),
      );
    }
  }

  #follow(batch: Batch, work: Promise<void>, next = () => {}): void {
    const done = work.finally(() => {
      this.#underWay.delete(done);
      this.#bytes -= batch.bytes;
      next();
    });
    this.#underWay.add(done);
  }

  /** Never rejects. */
  async #deliver(batch: Batch): Promise<void> {
    const { outage, send } = this.#options;
    try {
      const packed = await batch.packed();
      for (let tries = 1; ; tries += 1) {
        if (this.#giveUp.signal.aborted || !outage.admits()) return await this.#putAside(packed);
        const sent = await send(packed, this.#giveUp.signal);
        if (sent.state === 'taken')
          return outage.took(this.#bytes - batch.bytes <= RUN_LIMITS.waitingBytes / 4);
        if (sent.state === 'refused') return outage.refused(sent.reason, sent.lost ?? packed.runIds);
        if (outage.failed(sent.reason)) return await this.#putAside(packed);
        // Others got through in between: it is not away.
        if (tries > 1)
          return outage.passedOver({ reason: sent.reason }, packed.runIds, await this.#keep(packed));
        await sleep(RUN_LIMITS.retryMs, undefined, { signal: this.#giveUp.signal }).catch(() => {});
      }
    } catch (err) {
      outage.passedOver({ err }, batch.runIds, 'lost');
    }
  }

  async #putAside(batch: PackedBatch): Promise<void> {
    this.#options.outage.count(batch.runIds, await this.#keep(batch));
  }

  async #keep(batch: PackedBatch): Promise<'kept' | 'lost'> {
    return (await this.#options.failedTraces?.keep(batch)) ? 'kept' : 'lost';
  }
}
