/** For reading what Slack sends, whose types leave out much of what really comes: never throws. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Of what is no JSON: an empty one. */
export function recordIn(json: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(json));
  } catch {
    return {};
  }
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
