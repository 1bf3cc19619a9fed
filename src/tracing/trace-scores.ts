import type { LangSmithClient } from './client.js';
import { feedbackIdFor } from './feedback-id.js';
import type { Score } from './run-spec.js';

export interface TraceScoresOptions {
  readonly client: Pick<LangSmithClient, 'direct' | 'outage'>;
  readonly projectId: () => Promise<string>;
  /**
   * Milliseconds before each try. The run is sent in a batch and shown some time after: feedback that overtakes it is
   * refused. @default 2 s, 10 s, 60 s
   */
  readonly delaysMs?: readonly number[];
}

const DELAYS_MS = [2_000, 10_000, 60_000];
/** Seconds of any real load; some 200 bytes each. */
const MOST_WAITING = 5_000;

interface Waiting extends Score {
  readonly runId: string;
  tries: number;
  timer?: NodeJS.Timeout;
}

/**
 * What the program itself finds of its answers, as feedback on their traces. Sent behind the answer's back and lost
 * quietly: nobody waits for it, and the trace's metadata says the same.
 *
 * Not in the batches of the runs, though the SDK could: feedback in a batch always moves its trace to LangSmith's extended
 * retention, as a person's vote does, and with it every single answer would be kept and paid for as long.
 */
export class TraceScores {
  readonly #client: TraceScoresOptions['client'];
  readonly #projectId: () => Promise<string>;
  readonly #delaysMs: readonly number[];
  readonly #waiting = new Set<Waiting>();
  readonly #underWay = new Set<Promise<void>>();

  constructor({ client, projectId, delaysMs = DELAYS_MS }: TraceScoresOptions) {
    this.#client = client;
    this.#projectId = projectId;
    this.#delaysMs = delaysMs;
  }

  /** A mistake in what is found costs the feedback, never the answer. */
  add(runId: string, find: () => readonly Score[]): void {
    try {
      for (const { key, score } of find()) this.#wait({ runId, key, score, tries: 0 });
    } catch {
      this.#client.outage.loseFeedback();
    }
  }

  /** Tries everything that waits once more, now. */
  async settle(): Promise<void> {
    for (const waiting of this.#waiting) {
      waiting.tries = Math.max(waiting.tries, this.#delaysMs.length - 1);
      this.#begin(waiting);
    }
    await Promise.all(this.#underWay);
  }

  #wait(waiting: Waiting): void {
    const delay = this.#delaysMs[waiting.tries];
    if (delay === undefined || this.#waiting.size >= MOST_WAITING) {
      this.#client.outage.loseFeedback();
      return;
    }
    this.#waiting.add(waiting);
    waiting.timer = setTimeout(() => this.#begin(waiting), delay).unref();
  }

  #begin(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    if (this.#client.outage.lasts()) {
      this.#client.outage.loseFeedback();
      return;
    }
    const sending = this.#send(waiting).catch((error) => this.#failed(waiting, error));
    this.#underWay.add(sending);
    void sending.then(() => this.#underWay.delete(sending));
  }

  #failed(waiting: Waiting, error: unknown): void {
    // The run is not there yet.
    if (error instanceof Error && 'status' in error && error.status === 404) {
      waiting.tries += 1;
      this.#wait(waiting);
    } else {
      this.#client.outage.loseFeedback();
    }
  }

  async #send({ runId, key, score }: Waiting): Promise<void> {
    await this.#client.direct.createFeedback({
      feedbackId: feedbackIdFor(runId, 'threadsmith', key),
      runId,
      traceId: runId,
      sessionId: await this.#projectId(),
      key,
      score,
      feedbackSourceType: 'api',
      sourceInfo: { app: 'threadsmith' },
      extendTraceRetention: false,
    });
  }
}
