import { v4 } from 'uuid';
import { record, string } from '../unknown-json.js';
import { UUID } from './ingest-operation.js';
import type { Json } from './received-run.js';
import { Refusal } from './refusal.js';

export interface ReceivedExample {
  readonly id: string;
  readonly datasetId: string;
  readonly inputs: Json;
  readonly outputs?: Json | undefined;
  readonly metadata: Json;
}

/** Datasets and their examples. */
export class DatasetStore {
  readonly #datasets = new Map<string, string>();
  readonly #examples = new Map<string, ReceivedExample>();

  /** @throws Refusal 409 when there is one of the name. */
  create(fields: Json): object {
    const name = string(fields.name);
    if (!name) throw new Refusal(422, 'name is required');
    if ([...this.#datasets.values()].includes(name)) throw new Refusal(409, 'Dataset already exists');
    const id = v4();
    this.#datasets.set(id, name);
    return this.read(id);
  }

  list(name: string | null): object[] {
    return [...this.#datasets.keys()]
      .filter((id) => name === null || this.#datasets.get(id) === name)
      .map((id) => this.read(id));
  }

  /** @throws Refusal 404 */
  read(id: string): object {
    const name = this.#datasets.get(id);
    if (name === undefined) throw new Refusal(404, 'Dataset not found');
    return { id, name, created_at: CREATED, example_count: this.examples(id).length };
  }

  /** Of one dataset, or of all. */
  examples(datasetId?: string): ReceivedExample[] {
    const all = [...this.#examples.values()];
    return datasetId === undefined ? all : all.filter((example) => example.datasetId === datasetId);
  }

  /** @throws Refusal 404 */
  readExample(id: string): object {
    const example = this.#examples.get(id);
    if (!example) throw new Refusal(404, 'Example not found');
    return exampleJson(example);
  }

  /**
   * The SDK's multipart: `<id>`, `<id>.inputs`, `<id>.outputs`, each part JSON.
   *
   * @throws Refusal 409 for a new one whose id is taken, 404 for a change of one that is not there.
   */
  save(datasetId: string, parts: ReadonlyMap<string, unknown>, kind: 'new' | 'changed'): object {
    this.read(datasetId);
    const ids = [...parts.keys()].filter((name) => !name.includes('.'));
    for (const id of ids) {
      if (!UUID.test(id)) throw new Refusal(422, `an example's id must be a UUID, got "${id}"`);
      const before = this.#examples.get(id);
      if (kind === 'new' && before) throw new Refusal(409, `Example ${id} already exists`);
      if (kind === 'changed' && !before) throw new Refusal(404, `Example ${id} not found`);
      const outputs = parts.get(`${id}.outputs`);
      this.#examples.set(id, {
        id,
        datasetId,
        inputs: record(parts.get(`${id}.inputs`) ?? before?.inputs),
        outputs: outputs === undefined ? before?.outputs : record(outputs),
        metadata: record(record(parts.get(id)).metadata ?? before?.metadata),
      });
    }
    return { count: ids.length, example_ids: ids };
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#examples.delete(id);
  }
}

/** The same for all: nothing here depends on it, and the SDK wants a date. */
const CREATED = '2026-11-01T00:00:00.000000+00:00';

export function exampleJson({ id, datasetId, inputs, outputs, metadata }: ReceivedExample): object {
  return {
    ...{ id, dataset_id: datasetId, inputs, outputs: outputs ?? null, metadata },
    ...{ created_at: CREATED, modified_at: CREATED },
  };
}
