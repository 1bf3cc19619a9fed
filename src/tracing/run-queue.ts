import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../logger.js';
import type { FailedTraces } from './failed-traces.js';
import type { OutageWatch } from './outage.js';
import type { Recipient } from './recipient.js';
import type { Batch, PackedBatch } from './run-batch.js';
import { RUN_LIMITS } from './run-limits.js';
import type { RunOperation, RunSink } from './run-sink.js';
import type { SendRuns } from './send-runs.js';
import { within } from './within.js';

export interface RunQueueOptions {
  readonly recipient: Recipient;
  readonly newBatch: () => Batch;
  readonly send: SendRuns;
  readonly outage: OutageWatch;
  /** Takes what the recipient does not. */
  readonly failedTraces?: FailedTraces | undefined;
  readonly log: Log;
}

/**
 * Sends runs to LangSmith or another recipient behind the answers' backs: in batches, with one retry, and within fixed bounds of memory. What
 * cannot be sent is kept in a folder or dropped and counted.
 *
 * In the SDK's place, whose way of a run (two messages that both hold its inputs, objects copied and measured, streams for
 * packing) cost three times the CPU and which keeps waiting runs without a bound that counts.
 */
export class RunQueue implements RunSink {
  readonly #options: RunQueueOptions;
  #filling: Batch;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: Batch[] = [];
  readonly #underWay = new Set<Promise<void>>();
  /** Of all that is not delivered yet, before packing. */
  #bytes = 0;
  /** Runs that did not fit, since the recipient was last quick enough. */
  #overflow = 0;
  /** Aborted when whoever waits for the end has waited long enough. */
  #giveUp = new AbortController();

  constructor(options: RunQueueOptions) {
    this.#options = options;
    this.#filling = options.newBatch();
  }

  add(operation: RunOperation): void {
    if (this.#bytes > RUN_LIMITS.waitingBytes) {
      this.#drop(operation);
      return;
    }
    const before = this.#filling.bytes;
    try {
      this.#filling.add(operation);
    } catch (err) {
      this.#options.log.warn({ err }, 'a run could not be written for a request and is lost');
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
    while (this.#underWay.size < RUN_LIMITS.requests && this.#waiting.length > 0) this.#sendNext();
  }

  #sendNext(): void {
    const batch = this.#waiting.shift();
    if (!batch) return;
    const sending = this.#deliver(batch).finally(() => {
      this.#underWay.delete(sending);
      this.#bytes -= batch.bytes;
      this.#fits();
      this.#sendNext();
    });
    this.#underWay.add(sending);
  }

  /** Never rejects. */
  async #deliver(batch: Batch): Promise<void> {
    const { outage, log } = this.#options;
    const { name, items } = this.#options.recipient;
    try {
      const packed = await batch.packed();
      for (let tries = 1; ; tries += 1) {
        if (this.#giveUp.signal.aborted || !outage.admits()) return void (await this.#putAside(packed));
        const sent = await this.#options.send(packed, this.#giveUp.signal);
        if (sent.state !== 'failed') outage.succeeded();
        if (sent.state === 'taken') return;
        const { reason } = sent;
        if (sent.state === 'refused') {
          const lost = sent.lost ?? packed.runIds.size;
          log.warn({ reason, [`${items}Lost`]: lost }, `${name} refused a batch of ${items} as wrong`);
          return;
        }
        if (outage.failed(reason)) return void (await this.#putAside(packed));
        if (tries > 1) {
          // Others got through in between: not an outage, and so not part of its count.
          const fate = await this.#putAside(packed);
          const runs = { [`${items}${fate === 'kept' ? 'Kept' : 'Lost'}`]: packed.runIds.size };
          log.warn({ reason, ...runs }, `${name} refused a batch of ${items} twice`);
          return;
        }
        await sleep(RUN_LIMITS.retryMs, undefined, { signal: this.#giveUp.signal }).catch(() => {});
      }
    } catch (err) {
      log.warn({ err, [`${items}Lost`]: batch.runIds.size }, `a batch of ${items} is lost`);
    }
  }

  async #putAside(batch: PackedBatch): Promise<'kept' | 'lost'> {
    const { outage, failedTraces } = this.#options;
    const fate = (await failedTraces?.keep(batch)) ? 'kept' : 'lost';
    outage.count(batch.runIds, fate);
    return fate;
  }

  #drop({ kind }: RunOperation): void {
    const { log, recipient } = this.#options;
    const { name, items } = recipient;
    if (this.#overflow === 0)
      log.warn({ bytes: this.#bytes }, `${name} takes traces too slowly: ${items} are dropped`);
    if (kind === 'post') this.#overflow += 1;
  }

  #fits(): void {
    if (this.#overflow === 0 || this.#bytes > RUN_LIMITS.waitingBytes / 2) return;
    const { log, recipient } = this.#options;
    const { name, items } = recipient;
    log.info({ [`${items}Lost`]: this.#overflow }, `${name} keeps up with the traces again`);
    this.#overflow = 0;
  }
}
