import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { type PgvectorServer, startPgvectorServers } from './pgvector-server.js';

/** Tests that need a Postgres with pgvector. `newTarget` names an empty one that is the test's own until it ends. */
export function onPgvector(define: (newTarget: () => Promise<string>) => void): void {
  describe('with pgvector', () => {
    const all: PgvectorServer[] = [];
    const free: PgvectorServer[] = [];
    let start: (() => Promise<PgvectorServer>) | undefined;
    beforeAll(async () => {
      start = await startPgvectorServers();
    }, 180_000);
    afterAll(() => Promise.all(all.map((server) => server.stop())));

    async function started(): Promise<PgvectorServer> {
      if (!start) throw new Error('expected to be asked in a test, not while tests are defined');
      const server = await start();
      all.push(server);
      return server;
    }

    define(async () => {
      const server = free.pop() ?? (await started());
      onTestFinished(async () => {
        await server.empty();
        free.push(server);
      });
      return server.url;
    });
  });
}
