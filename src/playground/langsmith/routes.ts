import { respondToExperiment } from './dataset-routes.js';
import type { DatasetStore } from './dataset-store.js';
import type { FeedbackStore } from './feedback-store.js';
import { readBatch, readMultipart } from './ingest-operation.js';
import { jsonOf } from './json-of.js';
import type { ProjectStore } from './project-store.js';
import type { PromptStore } from './prompt-store.js';
import { Refusal } from './refusal.js';
import type { Route } from './request-faults.js';
import { respondToRunQuery } from './run-query-route.js';
import type { RunStore } from './run-store.js';
import { respondAboutThread } from './thread-routes.js';

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
  readonly prompts: PromptStore;
  readonly projects: ProjectStore;
  readonly datasets: DatasetStore;
}

const INFO = {
  version: '0.18.0',
  batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100, size_limit_bytes: 20_971_520 },
  instance_flags: { gzip_body_enabled: true, dataset_examples_multipart_enabled: true },
};

export function routeOf(path: string): Route | undefined {
  if (path === '/info') return 'info';
  if (path.startsWith('/runs/')) return 'ingest';
  if (path.startsWith('/sessions')) return 'projects';
  if (path.startsWith('/commits/')) return 'prompts';
  if (/^\/(v1\/platform\/)?(datasets|examples)/.test(path)) return 'datasets';
  return path.startsWith('/feedback') ? 'feedback' : undefined;
}

/**
 * The part of LangSmith's API that the bot and its evaluation use.
 *
 * @throws Refusal
 */
export async function respond(stores: Stores, apiKey: string, request: RouteRequest): Promise<RouteResponse> {
  const { method, url, headers, body } = request;
  const call = `${method} ${url.pathname.replace(/^(\/(?:feedback|commits)\/).+/, '$1:id')}`;
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
    case 'GET /feedback':
      return [200, stores.feedback.list(url.searchParams.getAll('run'), url.searchParams.getAll('key'))];
    case 'POST /feedback':
      return [200, stores.feedback.create(jsonOf(body), (runId) => stores.runs.has(runId))];
    case 'PATCH /feedback/:id':
      return [200, stores.feedback.change(id, jsonOf(body))];
    case 'DELETE /feedback/:id':
      return [200, stores.feedback.remove(id)];
    case 'GET /feedback/:id':
      return [200, stores.feedback.read(id)];
    case 'GET /commits/:id':
      return [200, stores.prompts.read(url.pathname.slice('/commits/'.length))];
    default:
      return (
        respondAboutThread(stores, request) ??
        respondToRunQuery(stores, request) ??
        (await respondToExperiment(stores, request))
      );
  }
}
