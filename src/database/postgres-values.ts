import type { SqlValue } from './database.js';

type Parse = (text: string) => SqlValue;

/** By type oid, what Postgres writes as text and SQLite would give as something else. All other types stay text. */
const PARSERS: Readonly<Record<number, Parse>> = {
  // bool, as SQLite has it
  16: (text) => (text === 't' ? 1 : 0),
  17: parseBytes,
  // int8, int2, int4, numeric (sum() of int8)
  20: parseExact,
  21: Number,
  23: Number,
  1700: parseExact,
  // float4, float8
  700: Number,
  701: Number,
};

const asText: Parse = (text) => text;

/** How a column of this type is read. */
export function parserOf(oid: number): Parse {
  return PARSERS[oid] ?? asText;
}

/** Arguments as the driver sends them without a change of its own. Bytes are copied: they may change before they are sent. */
export function toWire(value: SqlValue): string | Buffer | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : Buffer.from(value);
}

function parseExact(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(value)) {
    throw new RangeError(
      `expected a whole number that JavaScript can hold exactly (up to 2^53 - 1), got ${text}: cast it to TEXT`,
    );
  }
  return value;
}

/** `\x00ff01`, into memory of its own: a small Buffer would be a view of a pool. */
function parseBytes(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2);
  Buffer.from(bytes.buffer).write(text.slice(2), 'hex');
  return bytes;
}
