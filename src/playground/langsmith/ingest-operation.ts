import { record, string } from '../unknown-json.js';
import type { Json } from './received-run.js';
import { Refusal } from './refusal.js';

/** One half of a run: `post` begins it, `patch` ends it. */
export interface IngestOperation {
  readonly kind: 'post' | 'patch';
  readonly id: string;
  readonly fields: Json;
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Refuses what LangSmith refuses. One bad run costs its whole batch there, and so here.
 * https://github.com/BerriAI/litellm/pull/38116, https://github.com/langchain-ai/langsmith-sdk/issues/751
 *
 * @throws Refusal
 */
export function checkOperation({ kind, id, fields }: IngestOperation): void {
  const required =
    kind === 'post'
      ? ['trace_id', 'dotted_order', 'run_type', 'name', 'start_time']
      : ['trace_id', 'dotted_order'];
  if (!UUID.test(id)) throw new Refusal(422, `id must be a UUID, got "${id}"`);
  for (const field of required) {
    if (fields[field] === undefined) throw new Refusal(422, `${field} is required for run_id:${id}`);
  }
  const traceId = string(fields.trace_id);
  if (!UUID.test(traceId))
    throw new Refusal(422, `trace_id must be a UUID, got "${traceId}" for run_id:${id}`);
  checkOrder(id, traceId, string(fields.parent_run_id), string(fields.dotted_order));
}

function checkOrder(id: string, traceId: string, parentId: string, dottedOrder: string): void {
  const ids = dottedOrder.split('.').map((part) => part.slice(part.indexOf('Z') + 1));
  const where = `for run_id:${id} trace_id:${traceId} dotted_order:${dottedOrder} parent_run_id:${parentId || 'None'}`;
  const refuse = (reason: string) => new Refusal(400, `invalid 'dotted_order': ${reason} ${where}`);
  if (ids[0] !== traceId) throw refuse('trace_id does not match first part of dotted_order');
  if (ids.at(-1) !== id) throw refuse('run_id does not match last part of dotted_order');
  if (!parentId && ids.length > 1) throw refuse('dotted_order must contain a single part for root runs');
  if (parentId && ids.at(-2) !== parentId)
    throw refuse('parent_run_id does not match second to last part of dotted_order');
}

/** The fields that travel as parts of their own. */
const OWN_PARTS = new Set(['inputs', 'outputs', 'events', 'extra', 'error', 'serialized']);

/**
 * The SDK's multipart: `post.<id>`, `post.<id>.inputs`, `patch.<id>`, `feedback.<id>` and so on, each part JSON.
 *
 * @throws Refusal when it is no such thing.
 */
export async function readMultipart(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<{ operations: IngestOperation[]; feedback: Json[] }> {
  const operations = new Map<
    string,
    { kind: 'post' | 'patch'; id: string; fields: Record<string, unknown> }
  >();
  const feedback: Json[] = [];
  for (const [name, value] of await formOf(body, contentType)) {
    const [kind, id = '', field] = name.split('.');
    if (kind === 'attachment') continue;
    const json = parse(name, typeof value === 'string' ? value : await value.text());
    if (kind === 'feedback') {
      feedback.push(record(json));
    } else if ((kind === 'post' || kind === 'patch') && field === undefined) {
      operations.set(`${kind}.${id}`, { kind, id, fields: { ...record(json) } });
    } else {
      const operation = operations.get(`${kind}.${id}`);
      if (!operation || field === undefined || !OWN_PARTS.has(field))
        throw new Refusal(422, `unexpected part "${name}"`);
      operation.fields[field] = json;
    }
  }
  return { operations: [...operations.values()], feedback };
}

/** `{ post: [...], patch: [...] }`, what the SDK sends where there is no multipart. */
export function readBatch(body: Uint8Array): IngestOperation[] {
  const { post, patch } = record(parse('the batch', Buffer.from(body).toString('utf8')));
  return [...operationsOf('post', post), ...operationsOf('patch', patch)];
}

function operationsOf(kind: 'post' | 'patch', runs: unknown): IngestOperation[] {
  const fields = Array.isArray(runs) ? runs.map(record) : [];
  return fields.map((run) => ({ kind, id: string(run.id), fields: run }));
}

/** @throws Refusal for a body that is no form. */
export async function formOf(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new Refusal(422, `the body must be multipart/form-data, got "${contentType}"`);
  }
}

/** @throws Refusal */
export function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(422, `${what} must be JSON`);
  }
}
