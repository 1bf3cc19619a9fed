import type { Client } from 'langsmith';
import { createProjectId } from './project-id.js';
import { lastMessageOf } from './turn-text.js';

export interface TracedThreadsOptions {
  readonly client: Client;
  readonly projectName: string;
}

/** A turn of a thread, as its trace has it. */
export interface TracedTurn {
  readonly runId: string;
  /** Empty where traces hold no text. */
  readonly question: string;
  readonly answer: string;
}

/** What LangSmith has counted. */
export interface ThreadFigures {
  readonly turns: number;
  readonly tokens: number;
  /** In dollars; LangSmith knows no price for some models. */
  readonly cost: number | undefined;
  /** In seconds. */
  readonly latencyP50: number | undefined;
  readonly latencyP99: number | undefined;
  /** How often each key was given, and its mean where it is a number. */
  readonly feedback: readonly { readonly key: string; readonly count: number; readonly mean?: number }[];
}

/** What LangSmith knows of the bot's threads. Each call rejects when LangSmith does not answer. */
export class TracedThreads {
  readonly #client: Client;
  readonly #projectName: string;
  readonly #projectId: () => Promise<string>;
  #projectUrl: Promise<string> | undefined;

  constructor({ client, projectName }: TracedThreadsOptions) {
    this.#client = client;
    this.#projectName = projectName;
    this.#projectId = createProjectId({ client, projectName });
  }

  /** Where LangSmith shows the thread. Its app's address follows from the API's as the SDK has it. */
  async threadUrl(sessionId: string): Promise<string> {
    return `${await this.#project()}/t/${sessionId}`;
  }

  /** Where it shows one turn. */
  async turnUrl(runId: string): Promise<string> {
    return `${await this.#project()}/r/${runId}?poll=true`;
  }

  /** Oldest first. An answer that was begun anew is there as often as it was begun. */
  async turns(sessionId: string): Promise<TracedTurn[]> {
    const turns: TracedTurn[] = [];
    const query = {
      project_id: await this.#projectId(),
      selects: ['TRACE_ID' as const, 'START_TIME' as const, 'INPUTS' as const, 'OUTPUTS' as const],
    };
    for await (const { trace_id, inputs, outputs } of this.#client.threads.listTraces(sessionId, query))
      if (trace_id)
        turns.push({ runId: trace_id, question: lastMessageOf(inputs), answer: lastMessageOf(outputs) });
    // The ids begin with the time of their messages.
    return turns.sort((one, other) => (one.runId < other.runId ? -1 : 1));
  }

  async figures(sessionId: string): Promise<ThreadFigures> {
    const stats = await this.#client.threads.stats(sessionId, {
      session_id: await this.#projectId(),
      selects: ['TURNS', 'TOTAL_TOKENS', 'TOTAL_COST', 'LATENCY_P50', 'LATENCY_P99', 'FEEDBACK_STATS'],
    });
    return {
      turns: stats.turns ?? 0,
      tokens: stats.total_tokens ?? 0,
      cost: stats.total_cost,
      latencyP50: stats.latency_p50_seconds,
      latencyP99: stats.latency_p99_seconds,
      feedback: Object.entries(stats.feedback_stats ?? {}).map(([key, { n = 0, avg }]) => ({
        key,
        count: n,
        ...(typeof avg === 'number' && { mean: avg }),
      })),
    };
  }

  #project(): Promise<string> {
    this.#projectUrl ??= this.#client.getProjectUrl({ projectName: this.#projectName }).catch((error) => {
      this.#projectUrl = undefined;
      throw error;
    });
    return this.#projectUrl;
  }
}
