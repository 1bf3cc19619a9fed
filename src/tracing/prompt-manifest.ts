/** One serialised LangChain object. */
export interface Shape {
  /** Of its class; empty for anything else. */
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads LangChain's serialisation (`{ lc, type: 'constructor', id: [..., class], kwargs }`) without making the object: what
 * comes from a hub may name any class and any setting of it.
 */
export function shapeOf(value: unknown): Shape {
  const { type, id, kwargs } = record(value);
  const name: unknown = type === 'constructor' && Array.isArray(id) ? id.at(-1) : undefined;
  return { name: typeof name === 'string' ? name : '', fields: record(kwargs) };
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
