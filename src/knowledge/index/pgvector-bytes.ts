import { floatsOf } from '../chunks/chunk-rows.js';

/**
 * A vector as pgvector takes it in binary: the number of dimensions and a zero, 2 bytes each, then big-endian float32. As
 * text it would be four times as long, and would have to be parsed.
 */
export function pgvectorBytes(vector: Float32Array): Uint8Array {
  const wire = new DataView(new ArrayBuffer(4 + vector.byteLength));
  wire.setUint16(0, vector.length);
  for (const [index, value] of vector.entries()) wire.setFloat32(4 + 4 * index, value);
  return new Uint8Array(wire.buffer);
}

/** The same from the bytes in which a chunk keeps it. */
export function pgvectorBytesOf(embedding: Uint8Array): Uint8Array {
  return pgvectorBytes(floatsOf(embedding));
}
