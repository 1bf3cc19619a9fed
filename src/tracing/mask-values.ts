type Fields = Readonly<Record<string, unknown>>;
type MaskText = (text: string) => string;

/** Of all that one memory holds, texts and what they were masked to: 4 to 8 MB, as a character takes one byte or two. */
const MEMORY_CHARS = 4_000_000;
/** A longer one would take the place of too many others. */
const LONGEST_REMEMBERED = MEMORY_CHARS / 20;

/**
 * Remembers what a text was masked to: the rules read some 30 MB a second, and a turn holds each of its passages two or
 * three times, many turns the same ones.
 */
export function remembering(mask: MaskText): MaskText {
  const known = new Map<string, string>();
  let chars = 0;
  // A text without anything to mask is kept once, not twice.
  const size = (text: string, masked: string) => text.length + (masked === text ? 0 : masked.length);

  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const masked = mask(text);
    if (text.length > LONGEST_REMEMBERED) return masked;
    known.set(text, masked === text ? text : masked);
    chars += size(text, masked);
    for (const [oldest, itsMasked] of known) {
      if (chars <= MEMORY_CHARS) break;
      known.delete(oldest);
      chars -= size(oldest, itsMasked);
    }
    return masked;
  };
}

/** Masks every string in a value as JSON would have it, keys aside; what holds nothing to mask is returned as it is. */
export function maskValues(value: unknown, mask: MaskText): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) {
    const masked = value.map((item) => maskValues(item, mask));
    return masked.every((item, index) => item === value[index]) ? value : masked;
  }
  if (isPlain(value)) return maskFields(value, mask);
  // Dates, maps and whatever else has a form of its own in JSON.
  return typeof value === 'object' && value !== null
    ? maskValues(JSON.parse(JSON.stringify(value) ?? 'null'), mask)
    : value;
}

export function maskFields(fields: Fields, mask: MaskText): Fields {
  let masked = fields;
  for (const key of Object.keys(fields)) {
    const value = maskValues(fields[key], mask);
    if (value !== fields[key]) masked = { ...masked, [key]: value };
  }
  return masked;
}

function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
