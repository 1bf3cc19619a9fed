import type { Fields } from '../run-spec.js';

/** A run's inputs and outputs are of no known form: what is no object has no fields. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Those that say something. */
export function given<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const some: Record<string, Value> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) some[key] = value;
  return some;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
