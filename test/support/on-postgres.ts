import { afterAll, beforeAll, describe, test } from 'vitest';
import { type PostgresServer, postgresBinaries, startPostgresServer } from './postgres-server.js';

/** Tests that need a real Postgres: one server for all of them. Where none is installed they are skipped, in CI they fail. */
export function onPostgres(define: (server: () => PostgresServer) => void): void {
  const bin = postgresBinaries();
  if (bin === undefined) {
    const missing = 'Postgres is not installed (apt-get install postgresql): what it stores is not tested';
    if (process.env.CI) throw new Error(missing);
    console.warn(missing);
    test.skip(missing, () => {});
    return;
  }
  describe('with a Postgres server', () => {
    let server: PostgresServer | undefined;
    beforeAll(async () => {
      server = await startPostgresServer(bin);
    });
    afterAll(() => server?.stop());
    define(() => {
      if (!server)
        throw new Error('expected a running server: ask for it in a test, not while tests are defined');
      return server;
    });
  });
}
