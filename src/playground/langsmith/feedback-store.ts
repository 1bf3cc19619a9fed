import { record, string } from '../unknown-json.js';
import { UUID } from './ingest-operation.js';
import type { Json, ReceivedFeedback } from './received-run.js';
import { Refusal } from './refusal.js';

/** The feedback received, the newest `limit` of it. */
export class FeedbackStore {
  readonly #feedback = new Map<string, ReceivedFeedback>();
  readonly #limit: number;
  #lastTime = 0;

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
      .map(jsonOf);
  }

  /**
   * @param isRun whether there is such a run. @default each is: a batch may bring feedback before its run
   * @throws Refusal when a field is missing, there is no such run, or the id is taken: what LangSmith does then is not
   * documented.
   */
  create(fields: Json, isRun: (runId: string) => boolean = () => true): ReceivedFeedback {
    const id = string(fields.id);
    const runId = string(fields.run_id);
    const key = string(fields.key);
    if (!UUID.test(id)) throw new Refusal(422, `id must be a UUID, got "${id}"`);
    if (!UUID.test(runId)) throw new Refusal(422, `run_id must be a UUID, got "${runId}"`);
    if (!key) throw new Refusal(422, 'key is required');
    if (!isRun(runId)) throw new Refusal(404, `Run ${runId} not found`);
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
      modifiedAt: this.#time(),
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
    const before = this.#find(id);
    const after = {
      ...before,
      score: 'score' in fields ? numberOf(fields.score) : before.score,
      value: 'value' in fields ? string(fields.value) || undefined : before.value,
      comment: 'comment' in fields ? string(fields.comment) || undefined : before.comment,
      modifiedAt: this.#time(),
      changes: before.changes + 1,
    };
    this.#feedback.set(id, after);
    return after;
  }

  #time(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return this.#lastTime;
  }

  /** @throws Refusal 404 */
  remove(id: string): object {
    this.#find(id);
    this.#feedback.delete(id);
    return {};
  }

  /** As LangSmith's API has it. @throws Refusal 404 */
  read(id: string): object {
    return jsonOf(this.#find(id));
  }

  #find(id: string): ReceivedFeedback {
    const feedback = this.#feedback.get(id);
    if (!feedback) throw new Refusal(404, 'Feedback not found');
    return feedback;
  }
}

function jsonOf({
  id,
  runId,
  key,
  score,
  value,
  comment,
  modifiedAt,
  ...feedback
}: ReceivedFeedback): object {
  return {
    id,
    run_id: runId,
    key,
    score,
    value,
    comment,
    modified_at: new Date(modifiedAt).toISOString(),
    feedback_source: { type: feedback.sourceType, metadata: feedback.sourceInfo },
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
