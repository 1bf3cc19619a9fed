import { record, string } from '../unknown-json.js';
import { UUID } from './ingest-operation.js';
import type { Json, ReceivedFeedback } from './received-run.js';
import { Refusal } from './refusal.js';

/** The feedback received, the newest `limit` of it. */
export class FeedbackStore {
  readonly #feedback = new Map<string, ReceivedFeedback>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  all(): ReceivedFeedback[] {
    return [...this.#feedback.values()];
  }

  /** As LangSmith's API has it, of some runs or of all. */
  list(runIds: readonly string[], keys: readonly string[]): object[] {
    return this.all()
      .filter(
        ({ runId, key }) =>
          (runIds.length === 0 || runIds.includes(runId)) && (keys.length === 0 || keys.includes(key)),
      )
      .map(({ id, runId, key, score, value, comment }) => ({
        id,
        run_id: runId,
        key,
        score,
        value,
        comment,
      }));
  }

  /** @throws Refusal when a field is missing, or the id is taken: what LangSmith does then is not documented. */
  create(fields: Json): ReceivedFeedback {
    const id = string(fields.id);
    const runId = string(fields.run_id);
    const key = string(fields.key);
    if (!UUID.test(id)) throw new Refusal(422, `id must be a UUID, got "${id}"`);
    if (!UUID.test(runId)) throw new Refusal(422, `run_id must be a UUID, got "${runId}"`);
    if (!key) throw new Refusal(422, 'key is required');
    if (this.#feedback.has(id)) throw new Refusal(409, `feedback ${id} exists`);
    const source = record(fields.feedback_source);
    const feedback = {
      id,
      runId,
      traceId: string(fields.trace_id) || undefined,
      projectId: string(fields.session_id) || undefined,
      key,
      score: numberOf(fields.score),
      value: string(fields.value) || undefined,
      comment: string(fields.comment) || undefined,
      sourceType: string(source.type),
      sourceInfo: record(source.metadata),
      extendsRetention: fields.extend_trace_retention !== false,
      changes: 0,
    };
    this.#feedback.set(id, feedback);
    for (const oldest of this.#feedback.keys()) {
      if (this.#feedback.size <= this.#limit) break;
      this.#feedback.delete(oldest);
    }
    return feedback;
  }

  /** @throws Refusal 404 */
  change(id: string, fields: Json): ReceivedFeedback {
    const before = this.read(id);
    const after = {
      ...before,
      score: 'score' in fields ? numberOf(fields.score) : before.score,
      value: 'value' in fields ? string(fields.value) || undefined : before.value,
      comment: 'comment' in fields ? string(fields.comment) || undefined : before.comment,
      changes: before.changes + 1,
    };
    this.#feedback.set(id, after);
    return after;
  }

  /** @throws Refusal 404 */
  remove(id: string): object {
    this.read(id);
    this.#feedback.delete(id);
    return {};
  }

  /** @throws Refusal 404 */
  read(id: string): ReceivedFeedback {
    const feedback = this.#feedback.get(id);
    if (!feedback) throw new Refusal(404, 'Feedback not found');
    return feedback;
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
