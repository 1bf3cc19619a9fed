import type { Row, Statement } from '../../database/database.js';
import type { Passage } from '../../rag/passage.js';
import type { SourceDocument, SourceOptions } from '../source.js';
import type { PreparedChunk } from './prepare-chunks.js';

/** A chunk on its way into the store. */
export interface StoredChunk extends PreparedChunk {
  /** Of unit length; absent until it is embedded. */
  readonly embedding?: Float32Array | undefined;
}

export function documentId(source: string, path: string): string {
  return `${source}/${path}`;
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
      chunk.postings,
      chunk.embedding ? bytesOf(chunk.embedding) : null,
    ],
  };
}

export function passageOf(row: Row): Omit<Passage, 'score'> {
  const { askInstead }: SourceOptions = JSON.parse(
    typeof row.source_options === 'string' ? row.source_options : '{}',
  );
  return {
    id: text(row, 'id'),
    documentId: text(row, 'document_id'),
    ordinal: Number(row.ordinal),
    title: text(row, 'title'),
    headings: JSON.parse(text(row, 'headings')),
    text: text(row, 'body'),
    ...(row.url !== null && { url: text(row, 'url') }),
    source: text(row, 'source'),
    ...(askInstead && { askInstead }),
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
