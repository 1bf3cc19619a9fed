import { v5 as uuidv5 } from 'uuid';
import { record } from '../unknown-json.js';
import type { FeedbackStore } from './feedback-store.js';
import { readBatch, readMultipart } from './ingest-operation.js';
import { Refusal } from './refusal.js';
import type { Route } from './request-faults.js';
import type { RunStore } from './run-store.js';

export interface RouteRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer<ArrayBuffer>;
}

/** Status and JSON body. */
export type RouteResponse = readonly [status: number, content: unknown];

export interface Stores {
  readonly runs: RunStore;
  readonly feedback: FeedbackStore;
}

/** For project ids: the same name, the same id, in every start. */
const PROJECTS = '4f1d2f0a-8a55-5f0e-9a49-5b0d8d3c6e71';

const INFO = {
  version: '0.18.0',
  batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520 },
  instance_flags: { gzip_body_enabled: true },
};

/** A project exists as soon as somebody asks for it: LangSmith makes it with the first run. */
export function projectIdOf(name: string): string {
  return uuidv5(name, PROJECTS);
}

export function routeOf(path: string): Route | undefined {
  if (path === '/info') return 'info';
  if (path.startsWith('/runs/')) return 'ingest';
  if (path === '/sessions') return 'projects';
  return path.startsWith('/feedback') ? 'feedback' : undefined;
}

/**
 * The part of LangSmith's API that the bot uses.
 *
 * @throws Refusal
 */
export async function respond(stores: Stores, apiKey: string, request: RouteRequest): Promise<RouteResponse> {
  const { method, url, headers, body } = request;
  const call = `${method} ${url.pathname.replace(/^(\/feedback\/).+/, '$1:id')}`;
  if (call === 'GET /info') return [200, INFO];
  if (headers['x-api-key'] !== apiKey) throw new Refusal(401, 'Invalid token');
  const id = url.pathname.slice('/feedback/'.length);
  switch (call) {
    case 'POST /runs/multipart': {
      const received = await readMultipart(body, String(headers['content-type']));
      stores.runs.add(received.operations);
      for (const fields of received.feedback) stores.feedback.create(fields);
      return [202, { message: 'Runs batch ingested' }];
    }
    case 'POST /runs/batch':
      stores.runs.add(readBatch(body));
      return [202, { message: 'Runs batch ingested' }];
    case 'GET /sessions': {
      const name = url.searchParams.get('name');
      if (name === null) throw new Refusal(422, 'name is required: other searches are not recorded here');
      return [200, [{ id: projectIdOf(name), name }]];
    }
    case 'POST /feedback':
      return [200, stores.feedback.create(jsonOf(body))];
    case 'PATCH /feedback/:id':
      return [200, stores.feedback.change(id, jsonOf(body))];
    case 'GET /feedback/:id':
      return [200, stores.feedback.read(id)];
    default:
      throw new Refusal(404, `Not Found: ${call}`);
  }
}

function jsonOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(body.toString('utf8')));
  } catch {
    throw new Refusal(422, 'the body must be JSON');
  }
}
