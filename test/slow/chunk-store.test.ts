import { expect, test } from 'vitest';
import { createSearch } from '../../src/knowledge/index/search.js';
import { ingestSource } from '../../src/knowledge/ingest/ingest.js';
import { chunkStoreContract, library, ranking } from '../support/chunk-store-contract.js';
import { documentsOf, handbook, openStore, wordEmbedder, wordVector } from '../support/ingest-fixture.js';
import { newSqliteTarget } from '../support/new-sqlite-target.js';
import { onPostgres } from '../support/on-postgres.js';
import { vectorContract } from '../support/vector-contract.js';

chunkStoreContract('sqlite', newSqliteTarget);
vectorContract('sqlite', newSqliteTarget);

onPostgres((server) => {
  chunkStoreContract('postgres', () => server().newDatabase());
  vectorContract('postgres', () => server().newDatabase());

  test('both backends rank alike, by words and with vectors, also when documents came and went', async () => {
    const targets = [await newSqliteTarget(), await server().newDatabase()];
    const searches = await Promise.all(
      targets.map(async (target) => {
        const { store } = await openStore(target);
        const options = { embedder: wordEmbedder() };
        for (const count of [library.length, 20, library.length]) {
          await ingestSource(store, handbook, documentsOf(...library.slice(0, count)), options);
        }
        return createSearch(store, { embeddingModel: 'words' });
      }),
    );
    for (const query of ['word3', 'topic word5 word8', 'part word1 word2 word90']) {
      for (const vector of [undefined, wordVector(query)]) {
        const [sqlite = [], postgres] = await Promise.all(
          searches.map((search) => ranking(search, query, vector)),
        );
        expect(sqlite.length).toBeGreaterThan(5);
        expect(postgres).toEqual(sqlite);
      }
    }
  });
});
