import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/**
 * A Postgres with pgvector, which Debian's does not have, in this process and in memory.
 *
 * It has one session underneath, which its connections take in turns: what one of them sets the others have too, and an
 * advisory lock holds nobody off.
 */
export interface PgvectorServer {
  readonly url: string;
  /** As it was at first, the extension not made yet. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** To make the first takes seconds, and those that the result starts have what it made. */
export async function startPgvectorServers(): Promise<() => Promise<PgvectorServer>> {
  const first = await PGlite.create();
  const loadDataDir = await first.dumpDataDir('none');
  await first.close();
  return async () => {
    const db = inTurns(await PGlite.create({ loadDataDir, extensions: { vector } }));
    const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 50 });
    await server.start();
    return {
      url: `postgres://postgres@${server.getServerConn()}/postgres`,
      async empty() {
        await db.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      },
      async stop() {
        await server.stop();
        await db.close();
      },
    };
  };
}

/** After these a client waits for an answer: Sync, Query, Terminate, and the first message of all, which has no type. */
const ENDS = new Set([...Buffer.from('SQX'), 0]);

/**
 * The socket's server takes its clients' messages in turns, but for transactions. A statement is several messages, and between
 * two of them another client's would be about a statement of the same name, none: so this counts as a transaction too.
 */
function inTurns(db: PGlite): PGlite {
  const [isInTransaction, execute] = [db.isInTransaction.bind(db), db.execProtocolRawStream.bind(db)];
  let within = false;
  db.isInTransaction = () => within || isInTransaction();
  db.execProtocolRawStream = (message, options) => {
    within = !ENDS.has(message[0] ?? 0);
    return execute(message, options);
  };
  return db;
}
