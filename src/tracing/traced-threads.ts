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
  /** When the answering began, in milliseconds since 1970. */
  readonly startedAt: number;
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

/**
 * What LangSmith knows of the bot's threads. Each call rejects when LangSmith does not answer, and with an ExpectedError when
 * there is no such project.
 */
export class TracedThreads {
  readonly #client: Client;
  readonly #projectId: () => Promise<string>;
  #projectUrl: Promise<string> | undefined;

  constructor({ client, projectName }: TracedThreadsOptions) {
    this.#client = client;
    this.#projectId = createProjectId({ client, projectName, makes: false });
  }

  /** Where LangSmith shows the thread. Its app's address follows from the API's as the SDK has it. */
  async threadUrl(sessionId: string): Promise<string> {
    return `${await this.#project()}/t/${sessionId}`;
  }

  /** Where it shows one turn. */
  async turnUrl(runId: string): Promise<string> {
    return `${await this.#project()}/r/${runId}?poll=true`;
  }

  /**
   * By the time of their messages, oldest first. An answer that was begun anew, for an edit or after a crash, is there as
   * often as it was begun, the latest last.
   */
  async turns(sessionId: string): Promise<TracedTurn[]> {
    const turns: TracedTurn[] = [];
    const query = {
      project_id: await this.#projectId(),
      selects: ['TRACE_ID' as const, 'START_TIME' as const, 'INPUTS' as const, 'OUTPUTS' as const],
    };
    for await (const { trace_id, start_time, inputs, outputs } of this.#client.threads.listTraces(
      sessionId,
      query,
    ))
      if (trace_id)
        turns.push({
          runId: trace_id,
          question: lastMessageOf(inputs),
          answer: lastMessageOf(outputs),
          startedAt: Date.parse(start_time ?? ''),
        });
    return turns.sort((one, other) => {
      // An id begins with the time of its message: twelve digits with a dash. What follows is a hash.
      const [time, otherTime] = [one.runId.slice(0, 13), other.runId.slice(0, 13)];
      return time === otherTime ? one.startedAt - other.startedAt : time < otherTime ? -1 : 1;
    });
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
    this.#projectUrl ??= this.#projectId()
      .then((projectId) => this.#client.getProjectUrl({ projectId }))
      .catch((error) => {
        this.#projectUrl = undefined;
        throw error;
      });
    return this.#projectUrl;
  }
}
