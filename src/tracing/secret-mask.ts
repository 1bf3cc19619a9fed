import { createSecretAnonymizer } from 'langsmith/anonymizer';

type Fields = Record<string, unknown>;

/** Strings remembered; at a passage's 1,200 characters about 5 MB. */
const MEMORY = 4_000;

/**
 * Masks API keys, tokens and passwords in what a run holds, with LangSmith's own rules. Those read about 20 MB a second,
 * and a turn holds each of its passages two or three times: so every string is read once and remembered, and only what
 * holds a secret is copied. The client asks twice for each payload, when a run is queued and when its batch is made.
 */
export function createSecretMask(): (values: Fields) => Fields {
  const anonymize = createSecretAnonymizer();
  const known = new Map<string, string>();
  const clean = new WeakSet<object>();

  function maskText(text: string): string {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const masked = anonymize(text);
    known.set(text, masked);
    for (const oldest of known.keys()) {
      if (known.size <= MEMORY) break;
      known.delete(oldest);
    }
    return masked;
  }

  function mask(value: unknown): unknown {
    if (typeof value === 'string') return maskText(value);
    if (Array.isArray(value)) return maskItems(value);
    if (isPlain(value)) return maskFields(value);
    // Maps, dates and whatever else has a form of its own in JSON.
    return typeof value === 'object' && value !== null ? anonymize(value) : value;
  }

  function maskItems(items: readonly unknown[]): readonly unknown[] {
    const masked = items.map(mask);
    return masked.every((item, index) => item === items[index]) ? items : masked;
  }

  function maskFields(fields: Fields): Fields {
    let masked = fields;
    for (const key of Object.keys(fields)) {
      const value = mask(fields[key]);
      if (value !== fields[key]) masked = { ...masked, [key]: value };
    }
    return masked;
  }

  return (values) => {
    if (clean.has(values)) return values;
    const masked = maskFields(values);
    clean.add(masked);
    return masked;
  };
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
