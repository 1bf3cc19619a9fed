import { createHash } from 'node:crypto';
import type { Row, Statement } from '../database/database.js';
import type { Passage } from '../rag/passage.js';
import type { Chunk } from './chunk.js';
import { encodePostings, postingsOf } from './postings.js';
import type { SourceDocument } from './source.js';

/** A chunk on its way into the store. */
export interface StoredChunk extends Chunk {
  readonly id: string;
  /** Of unit length; absent until it is embedded. */
  readonly embedding?: Float32Array | undefined;
}

export function documentId(source: string, path: string): string {
  return `${source}/${path}`;
}

/**
 * Gives each chunk the id that it has as long as its words stay, wherever in the document it moves: what is before it may
 * grow, and its vector is still its own.
 */
export function withIds(source: string, path: string, chunks: readonly Chunk[]): (Chunk & { id: string })[] {
  const seen = new Map<string, number>();
  return chunks.map((chunk) => {
    const words = JSON.stringify([documentId(source, path), chunk.title, chunk.headings, chunk.text]);
    const before = seen.get(words) ?? 0;
    seen.set(words, before + 1);
    const id = createHash('sha256').update(`${words}${before}`).digest('hex').slice(0, 32);
    return { ...chunk, id };
  });
}

export function chunkRow(
  source: string,
  document: SourceDocument,
  chunk: StoredChunk,
  version: string,
): Statement {
  return {
    sql: `INSERT INTO knowledge_chunk
      (id, document_id, source, ordinal, title, headings, body, url, content_hash, updated_at, version, postings, embedding)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${version}, ?, ?)`,
    args: [
      chunk.id,
      documentId(source, document.path),
      source,
      chunk.ordinal,
      chunk.title,
      JSON.stringify(chunk.headings),
      chunk.text,
      chunk.url ?? null,
      document.contentHash,
      document.updatedAt ?? null,
      encodePostings(postingsOf(chunk)),
      chunk.embedding ? bytesOf(chunk.embedding) : null,
    ],
  };
}

export function passageOf(row: Row): Omit<Passage, 'score'> {
  return {
    id: text(row, 'id'),
    documentId: text(row, 'document_id'),
    ordinal: Number(row.ordinal),
    title: text(row, 'title'),
    headings: JSON.parse(text(row, 'headings')),
    text: text(row, 'body'),
    ...(row.url !== null && { url: text(row, 'url') }),
    source: text(row, 'source'),
    ...(row.updated_at !== null && { updatedAt: text(row, 'updated_at') }),
  };
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`expected text in column ${column}, got ${value}`);
  return value;
}

export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`expected bytes in column ${column}, got ${value}`);
  return value;
}

/** Little-endian, as all machines are that Node runs on but s390x. */
export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Copies: a blob may begin at any byte, a float32 only at every fourth. */
export function floatsOf(blob: Uint8Array): Float32Array {
  return new Float32Array(blob.slice().buffer);
}
