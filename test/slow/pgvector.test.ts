import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { ChunkStore } from '../../src/knowledge/chunk-store.js';
import { pgvectorBytesOf } from '../../src/knowledge/index/pgvector-bytes.js';
import { hnswIndexes } from '../../src/knowledge/index/pgvector-hnsw.js';
import { readyVectors } from '../../src/knowledge/index/ready-vectors.js';
import { createSearch } from '../../src/knowledge/index/search.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { knowledgeMigrations } from '../../src/knowledge/migrations.js';
import { EvalIndex } from '../evals/retrieval/eval-index.js';
import { askedQuestions } from '../evals/retrieval/evaluation-set.js';
import { meanMetrics, scoreRanking } from '../evals/retrieval/metrics.js';
import { readSets } from '../evals/retrieval/read-set.js';
import { SHARED_DATA } from '../evals/retrieval/shared-data.js';
import { chunkStoreContract, library } from '../support/chunk-store-contract.js';
import { type EmbeddingsDouble, startEmbeddingsDouble } from '../support/embeddings-double.js';
import { expireLeases } from '../support/expire-leases.js';
import { documentsOf, handbook, openStore, wordEmbedder, wordVector } from '../support/ingest-fixture.js';
import { runIngest, startIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPgvector } from '../support/on-pgvector.js';
import { openTarget } from '../support/open-target.js';
import { directionEmbedder, vectorContract } from '../support/vector-contract.js';
import { writeFiles } from '../support/write-files.js';

/** As before pgvector was there. */
const withoutPgvector = knowledgeMigrations.filter(({ extension }) => extension === undefined);

/** How many chunks have a vector, and of how many pgvector has the same one, to the last bit, and no other. */
async function copies(database: Database) {
  const rows = await database.query(
    `SELECT chunk.embedding AS original, vector_send(knowledge_vector.embedding) AS copy FROM knowledge_chunk AS chunk
      FULL JOIN knowledge_vector USING (number) WHERE chunk.embedding IS NOT NULL OR knowledge_vector.embedding IS NOT NULL`,
  );
  const same = rows.filter(
    ({ original, copy }) =>
      original instanceof Uint8Array &&
      copy instanceof Uint8Array &&
      Buffer.compare(pgvectorBytesOf(original), copy) === 0,
  );
  return { embedded: rows.length, copied: same.length };
}

onPgvector((newTarget) => {
  chunkStoreContract('postgres with pgvector', newTarget);
  vectorContract('postgres with pgvector', newTarget);

  test('ranks as SQLite does, by words and vectors fused', async () => {
    const searches = await Promise.all(
      [await newSqliteTarget(), await newTarget()].map(async (target) => {
        const { store } = await openStore(target);
        for (const count of [library.length, 20, library.length])
          await ingestSource(store, handbook, documentsOf(...library.slice(0, count)), {
            embedder: wordEmbedder(),
          });
        return createSearch(store, { embeddingModel: 'words' });
      }),
    );
    for (const query of ['word3', 'topic word5 word8', 'part word1 word2 word90']) {
      const [sqlite, pgvector] = await Promise.all(
        searches.map((search) => search({ query, vector: wordVector(query), limit: 20 })),
      );
      expect(sqlite?.passages.length).toBe(20);
      expect(pgvector?.passages.map(({ score }) => score)).toEqual(
        sqlite?.passages.map(({ score }) => expect.closeTo(score, 5)),
      );
      expect(pgvector?.relevance).toBeCloseTo(sqlite?.relevance ?? -1, 5);
    }
  });

  describe.skipIf(!existsSync(SHARED_DATA))('over the given sets', () => {
    test.each(['claude-docs', 'cranfield'])(
      'answers %s as well as SQLite',
      { timeout: 300_000 },
      async (name) => {
        const [set] = readSets(join(SHARED_DATA, name));
        if (!set) throw new Error(`expected a set at ${SHARED_DATA}/${name}`);
        const quality = async (index: EvalIndex) => {
          const metrics = [];
          for (const { id, text, place } of askedQuestions(set)) {
            const vector = [...(set.vectors?.questions[place] ?? [])];
            const { passages } = await index.search({ query: text, vector, limit: 10 });
            const ranking = passages.map((passage) => index.judgedIn(passage));
            metrics.push(scoreRanking(ranking, set.judged.get(id) ?? new Map()));
          }
          return meanMetrics(metrics)['nDCG@10'];
        };
        const sqlite = await EvalIndex.open(set, false, 'of the set');
        onTestFinished(() => sqlite.close());
        const { database } = await openStore(await newTarget());
        const pgvector = await EvalIndex.open(set, false, 'of the set', async () => database);
        const expected = await quality(sqlite);
        expect(expected).toBeGreaterThan(0.3);
        expect(await quality(pgvector)).toBeCloseTo(expected, 4);
        await new ChunkStore(database, { exactUpTo: 100 }).pgvector?.keepIndexed();
        expect(await hnswIndexes(database)).toHaveLength(1);
        expect(Math.abs((await quality(pgvector)) - expected)).toBeLessThan(0.01);
      },
    );
  });

  describe('an index that was made without pgvector', () => {
    async function openOlder() {
      const target = await newTarget();
      const older = await openTarget(target, withoutPgvector);
      onTestFinished(() => older.close());
      const store = new ChunkStore(older);
      expect(store.pgvector).toBeUndefined();
      await ingestSource(store, handbook, documentsOf(...library), { embedder: wordEmbedder() });
      return { target, store };
    }
    const log = (lines: string[]) => {
      const write = (_: object, line: string) => void lines.push(line);
      return { debug: write, info: write, warn: write, error: write };
    };

    test('is carried over by a start, which says so, and by none after it', async () => {
      const { target } = await openOlder();
      const { store, database } = await openStore(target);
      const lines: string[] = [];
      await readyVectors(store, wordEmbedder().model, log(lines));
      await readyVectors(store, wordEmbedder().model, log(lines));
      expect(lines).toEqual(['vectors of an earlier index are now searched by pgvector']);
      const { embedded } = await store.counts();
      expect(embedded).toBeGreaterThan(library.length);
      expect(await copies(database)).toEqual({ embedded, copied: embedded });
    });

    test('is carried over by the next call when one was killed, with what came meanwhile', async () => {
      const { target, store: older } = await openOlder();
      const { store, database } = await openStore(target);
      const killed: Database = {
        dialect: database.dialect,
        extensions: database.extensions,
        query: async (sql, args) => {
          if (sql.startsWith('INSERT INTO knowledge_index')) throw new Error('killed');
          return database.query(sql, args);
        },
        transaction: (statements) => database.transaction(statements),
        maintain: (sql) => database.maintain(sql),
        close: () => database.close(),
      };
      await expect(new ChunkStore(killed).pgvector?.carryOver()).rejects.toThrow('killed');
      await store.pgvector?.carryOver();
      const more = { ...handbook, name: 'runbooks' };
      await ingestSource(older, more, documentsOf(...library.slice(0, 3)), { embedder: wordEmbedder() });
      await older.remove(handbook.name, '0.md');
      expect(await store.pgvector?.carryOver()).toBeGreaterThan(0);
      const { embedded } = await store.counts();
      expect(await copies(database)).toEqual({ embedded, copied: embedded });
    });
  });

  describe('the index over vectors', () => {
    const embedder = directionEmbedder(64);
    async function openWith(documents: number, exactUpTo = 10) {
      const opened = await openStore(await newTarget(), { exactUpTo });
      await ingestSource(opened.store, handbook, documentsOf(...library.slice(0, documents)), { embedder });
      return opened;
    }
    const name = 'knowledge_vector_hnsw_64';
    const valid = [{ name, valid: true, building: false }];

    test('is made above the limit, kept while there are many, and dropped when there are few', async () => {
      const { store, database } = await openWith(4);
      const told: number[] = [];
      const keep = async (documents: number) => {
        await ingestSource(store, handbook, documentsOf(...library.slice(0, documents)), { embedder });
        await store.pgvector?.keepIndexed((vectors) => told.push(vectors));
        return hnswIndexes(database);
      };
      expect(await keep(4)).toEqual([]);
      expect(await keep(20)).toEqual(valid);
      expect(await keep(40)).toEqual(valid);
      expect(await keep(8)).toEqual(valid);
      expect(await keep(2)).toEqual([]);
      expect(told).toEqual([expect.any(Number)]);
    });

    test('is made anew when whoever made it was killed', async () => {
      const { store, database } = await openWith(20);
      await store.pgvector?.keepIndexed();
      await database.query('UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST(? AS regclass)', [
        name,
      ]);
      await store.pgvector?.keepIndexed();
      expect(await hnswIndexes(database)).toEqual(valid);
    });

    test('goes with the vectors that are forgotten', async () => {
      const { store, database } = await openWith(20);
      await store.pgvector?.keepIndexed();
      await store.forgetEmbeddings();
      expect(await hnswIndexes(database)).toEqual([]);
      expect(await copies(database)).toEqual({ embedded: 0, copied: 0 });
    });
  });

  describe('npm run ingest', { timeout: 120_000 }, () => {
    async function newFolder(databaseUrl: string, openai: EmbeddingsDouble) {
      const [dataDir, folder] = [await newDirectory(), await newDirectory()];
      const pages = Array.from({ length: 300 }, (_, i) => [`${i}.md`, `# Page ${i}\n\nWords of ${i}`]);
      await writeFiles(folder, Object.fromEntries(pages));
      const env = { DATABASE_URL: databaseUrl, OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openai.baseUrl };
      return { args: [folder, '--name', 'handbook'], env, dataDir };
    }

    test('completes what a killed one began, and embeds nothing twice that was stored', async () => {
      const openai = await startEmbeddingsDouble();
      onTestFinished(() => openai.close());
      const target = await newTarget();
      const { dataDir, args, env } = await newFolder(target, openai);
      const { store, database } = await openStore(target);
      const killed = startIngest(dataDir, args, { env });
      await expect.poll(async () => (await store.counts()).embedded, { timeout: 60_000 }).toBeGreaterThan(50);
      killed.child.kill('SIGKILL');
      await once(killed.child, 'close');
      const { embedded } = await store.counts();
      expect(embedded).toBeLessThan(300);
      expect(await copies(database)).toEqual({ embedded, copied: embedded });

      await expireLeases(database);
      const asked = openai.texts.length;
      expect(await runIngest(dataDir, args, { env })).toMatchObject({ code: 0, stderr: '' });
      expect(openai.texts.length - asked).toBe(300 - embedded);
      expect(await copies(database)).toEqual({ embedded: 300, copied: 300 });
    });

    test('copies the vectors anew after the extension was dropped, and embeds nothing', async () => {
      const openai = await startEmbeddingsDouble();
      onTestFinished(() => openai.close());
      const target = await newTarget();
      const { dataDir, args, env } = await newFolder(target, openai);
      await runIngest(dataDir, args, { env });
      const { database } = await openStore(target);
      await database.query('DROP EXTENSION vector CASCADE');
      const asked = openai.texts.length;
      expect(await runIngest(dataDir, args, { env })).toMatchObject({ code: 0, stderr: '' });
      expect(openai.texts).toHaveLength(asked);
      expect(await copies(database)).toEqual({ embedded: 300, copied: 300 });
    });
  });
});
