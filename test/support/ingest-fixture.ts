import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import type { Embedder } from '../../src/knowledge/embedder.js';
import type { PgvectorOptions } from '../../src/knowledge/index/pgvector.js';
import { knowledgeMigrations } from '../../src/knowledge/migrations.js';
import type { Documents, FailedDocument, Source, SourceDocument } from '../../src/knowledge/source.js';
import { newSqliteTarget } from './new-sqlite-target.js';
import { openTarget } from './open-target.js';

export const handbook: Source = { name: 'handbook', kind: 'folder', location: '/handbook', options: {} };

/** A store in a SQLite file of its own, or one more connection to a file or a Postgres. */
export async function openStore(
  file?: string,
  options: PgvectorOptions = {},
): Promise<{ store: ChunkStore; database: Database; file: string }> {
  const target = file ?? (await newSqliteTarget());
  const database = await openTarget(target, knowledgeMigrations);
  onTestFinished(() => database.close());
  return { store: new ChunkStore(database, options), database, file: target };
}

export function markdown(path: string, text: string): SourceDocument {
  const contentHash = createHash('sha256').update(text).digest('hex');
  return { path, format: 'markdown', text, contentHash, url: `https://docs.test/${path.replace('.md', '')}` };
}

export function documentsOf(...documents: (SourceDocument | FailedDocument)[]): Documents {
  return {
    count: documents.length,
    async *[Symbol.asyncIterator]() {
      yield* documents;
    },
  };
}

/** Texts that share words point the same way. Records what it was asked. */
export function wordEmbedder(model = 'words'): Embedder & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    model,
    asked,
    async embed(texts) {
      asked.push([...texts]);
      return texts.map(wordVector);
    },
  };
}

export function wordVector(text: string): number[] {
  const vector = Array.from({ length: 64 }, () => 0.001);
  for (const [word] of text.toLowerCase().matchAll(/\w{3,}/g)) {
    const place = createHash('sha256').update(word).digest().readUInt8(0) % 64;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  return vector;
}
