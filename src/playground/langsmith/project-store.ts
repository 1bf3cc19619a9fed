import { v5 as uuidv5 } from 'uuid';
import { record, string } from '../unknown-json.js';
import type { Json } from './received-run.js';
import { Refusal } from './refusal.js';

/** For project ids: the same name, the same id, in every start. */
const PROJECTS = '4f1d2f0a-8a55-5f0e-9a49-5b0d8d3c6e71';
const TENANT = '7a0e4c52-4a1c-5b7e-8f43-3c1f6f1c2b9d';

export interface ReceivedProject {
  readonly id: string;
  readonly name: string;
  /** Given for an experiment. */
  readonly datasetId?: string | undefined;
  readonly metadata: Json;
}

export function projectIdOf(name: string): string {
  return uuidv5(name, PROJECTS);
}

/** Projects, and experiments, which are projects of a dataset. One is made by a request or by its first run. */
export class ProjectStore {
  readonly #made = new Map<string, ReceivedProject>();
  readonly #namesOfRuns: () => Iterable<string>;

  constructor(namesOfRuns: () => Iterable<string>) {
    this.#namesOfRuns = namesOfRuns;
  }

  all(): ReceivedProject[] {
    const byName = new Map([...this.#made.values()].map((project) => [project.name, project]));
    for (const name of this.#namesOfRuns())
      if (!byName.has(name)) byName.set(name, { id: projectIdOf(name), name, metadata: {} });
    return [...byName.values()];
  }

  /** @throws Refusal 409 when there is one of the name, as LangSmith does. */
  create(fields: Json): object {
    const name = string(fields.name);
    if (!name) throw new Refusal(422, 'name is required');
    if (this.all().some((project) => project.name === name)) {
      throw new Refusal(409, `Session with name ${name} already exists`);
    }
    const id = projectIdOf(name);
    const datasetId = string(fields.reference_dataset_id) || undefined;
    this.#made.set(id, { id, name, datasetId, metadata: record(record(fields.extra).metadata) });
    return this.read(id);
  }

  /** @throws Refusal 404 */
  change(id: string, fields: Json): object {
    const before = this.#find(id);
    const metadata = record(record(fields.extra).metadata);
    this.#made.set(id, { ...before, metadata: { ...before.metadata, ...metadata } });
    return this.read(id);
  }

  /** @throws Refusal 404 */
  read(id: string): object {
    return asJson(this.#find(id));
  }

  /** Of a name, of a dataset's experiments, or all. */
  list(name: string | null, datasetId: string | null = null): object[] {
    return this.all()
      .filter((project) => name === null || project.name === name)
      .filter((project) => datasetId === null || project.datasetId === datasetId)
      .map(asJson);
  }

  #find(id: string): ReceivedProject {
    const found = this.all().find((project) => project.id === id);
    if (!found) throw new Refusal(404, 'Session not found');
    return found;
  }
}

/** @param index stands for the time at which it was made. */
function asJson({ id, name, datasetId, metadata }: ReceivedProject, index = 0): object {
  const start_time = new Date(index * 1_000).toISOString();
  return {
    id,
    name,
    tenant_id: TENANT,
    start_time,
    reference_dataset_id: datasetId ?? null,
    extra: { metadata },
  };
}
