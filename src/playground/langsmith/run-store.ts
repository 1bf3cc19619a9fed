import { record, string } from '../unknown-json.js';
import { checkOperation, type IngestOperation } from './ingest-operation.js';
import type { Json, ReceivedRun, ReceivedTree } from './received-run.js';
import { Refusal } from './refusal.js';

interface Halves {
  readonly post?: Json;
  readonly patch?: Json;
}

/** The names under which LangSmith takes a thread's id, in metadata. */
const THREAD_KEYS = ['session_id', 'thread_id', 'conversation_id'];

/** The runs received, the newest `limit` of them. */
export class RunStore {
  readonly #halves = new Map<string, Halves>();
  readonly #limit: number;
  readonly #projectIdOf: (projectName: string) => string;

  constructor(limit: number, projectIdOf: (projectName: string) => string) {
    this.#limit = limit;
    this.#projectIdOf = projectIdOf;
  }

  /**
   * Takes a batch whole or not at all.
   *
   * @throws Refusal for a run that LangSmith would refuse, and for the same half of a run a second time.
   * https://github.com/langchain-ai/langsmith-sdk/issues/1529
   */
  add(operations: readonly IngestOperation[]): void {
    for (const operation of operations) {
      checkOperation(operation);
      if (this.#halves.get(operation.id)?.[operation.kind]) {
        throw new Refusal(
          409,
          `Conflict: payload already received: ${operation.kind} of run ${operation.id}`,
        );
      }
    }
    for (const { kind, id, fields } of operations) {
      this.#halves.set(id, { ...this.#halves.get(id), [kind]: fields });
    }
    for (const id of this.#halves.keys()) {
      if (this.#halves.size <= this.#limit) break;
      this.#halves.delete(id);
    }
  }

  has(id: string): boolean {
    return this.#halves.has(id);
  }

  /** In the order of their arrival. */
  all(): ReceivedRun[] {
    return [...this.#halves].map(([id, halves]) => this.#runOf(id, halves));
  }

  /** The turns of a thread, oldest first. */
  thread(sessionId: string): ReceivedTree[] {
    const runs = this.all().sort((left, right) => (left.dottedOrder < right.dottedOrder ? -1 : 1));
    const isTurn = ({ parentRunId, metadata }: ReceivedRun) =>
      parentRunId === undefined && THREAD_KEYS.some((key) => metadata[key] === sessionId);
    return runs.filter(isTurn).map((run) => treeOf(run, runs));
  }

  /** The end goes over the start, in whatever order they came. */
  #runOf(id: string, { post, patch }: Halves): ReceivedRun {
    const fields = { ...post, ...patch };
    const projectName = string(fields.session_name) || 'default';
    const { events } = fields;
    return {
      id,
      traceId: string(fields.trace_id),
      parentRunId: string(fields.parent_run_id) || undefined,
      dottedOrder: string(fields.dotted_order),
      name: string(fields.name),
      runType: string(fields.run_type),
      projectName,
      projectId: this.#projectIdOf(projectName),
      startTime: timeOf(fields.start_time) ?? 0,
      endTime: timeOf(fields.end_time),
      inputs: record(fields.inputs),
      outputs: fields.outputs === undefined ? undefined : record(fields.outputs),
      error: string(fields.error) || undefined,
      events: Array.isArray(events) ? events.map(record) : [],
      metadata: record(record(fields.extra).metadata),
    };
  }
}

function treeOf(run: ReceivedRun, runs: readonly ReceivedRun[]): ReceivedTree {
  const children = runs.filter(({ parentRunId }) => parentRunId === run.id);
  return { run, children: children.map((child) => treeOf(child, runs)) };
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Date.parse(value) : undefined;
}
