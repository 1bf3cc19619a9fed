import { type DatasetStore, exampleJson } from './dataset-store.js';
import { formOf, parse } from './ingest-operation.js';
import { jsonOf } from './json-of.js';
import type { ProjectStore } from './project-store.js';
import { Refusal } from './refusal.js';
import type { RouteRequest, RouteResponse } from './routes.js';

/**
 * The part of LangSmith's API that an experiment uses: projects, datasets, examples.
 *
 * @throws Refusal
 */
export async function respondToExperiment(
  { projects, datasets }: { readonly projects: ProjectStore; readonly datasets: DatasetStore },
  { method, url, headers, body }: RouteRequest,
): Promise<RouteResponse> {
  const [, place = '', id = ''] = /^\/(?:v1\/platform\/)?(\w+)\/?([^/]*)/.exec(url.pathname) ?? [];
  const name = url.searchParams.get('name');
  switch (`${method} ${url.pathname.replace(id || '\n', ':id')}`) {
    case 'GET /sessions': {
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const limit = Number(url.searchParams.get('limit') ?? 100);
      const found = projects.list(name, url.searchParams.get('reference_dataset'));
      return [200, found.slice(offset, offset + limit)];
    }
    case 'POST /sessions':
      return [200, projects.create(jsonOf(body))];
    case 'GET /sessions/:id':
      return [200, projects.read(id)];
    case 'PATCH /sessions/:id':
      return [200, projects.change(id, jsonOf(body))];
    case 'GET /datasets':
      return [200, datasets.list(name)];
    case 'POST /datasets':
      return [200, datasets.create(jsonOf(body))];
    case 'GET /datasets/:id':
      return [200, datasets.read(id)];
    case 'GET /examples': {
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const limit = Number(url.searchParams.get('limit') ?? 100);
      const all = datasets.examples(url.searchParams.get('dataset') ?? undefined);
      return [200, all.slice(offset, offset + limit).map(exampleJson)];
    }
    case 'GET /examples/:id':
      return [200, datasets.readExample(id)];
    case 'DELETE /examples':
      datasets.remove(url.searchParams.getAll('example_ids'));
      return [200, {}];
    case 'POST /v1/platform/datasets/:id/examples':
      return [201, datasets.save(id, await partsOf(body, headers), 'new')];
    case 'PATCH /v1/platform/datasets/:id/examples':
      return [200, datasets.save(id, await partsOf(body, headers), 'changed')];
    default:
      throw new Refusal(404, `Not Found: ${method} /${place}`);
  }
}

async function partsOf(
  body: RouteRequest['body'],
  headers: RouteRequest['headers'],
): Promise<Map<string, unknown>> {
  const parts = new Map<string, unknown>();
  for (const [name, value] of await formOf(body, String(headers['content-type'])))
    parts.set(name, parse(name, typeof value === 'string' ? value : await value.text()));
  return parts;
}
