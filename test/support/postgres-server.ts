import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

/** Where Debian keeps them: a folder for each version. */
const INSTALLED = '/usr/lib/postgresql';

/** Postgres on a private port, in a directory that goes away with it. */
export interface PostgresServer {
  /** Its only password is `stranger`'s, "secret word"; everybody else is trusted. */
  readonly host: string;
  /** The url of an empty place: a schema of its own takes 10 ms to make, a database 250. */
  newDatabase(): Promise<string>;
  /** Runs statements as the owner of the server, or where and as whom the url says. */
  run(sql: string, url?: string): Promise<Record<string, unknown>[]>;
  /** As if it had crashed, and back. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of `postgres` and `initdb`, of the newest version. */
export function postgresBinaries(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(INSTALLED, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

export async function startPostgresServer(bin: string): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'threadsmith-postgres-'));
  const user = await unprivileged();
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  // Only making the cluster goes without fsync: the server itself runs with it, as its users' do.
  const init = [
    '--pgdata',
    data,
    '--username=owner',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await promisify(execFile)(join(bin, 'initdb'), init, { cwd: directory, ...user });
  await writeFile(
    join(data, 'pg_hba.conf'),
    'host all stranger 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n',
  );
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const start = () =>
    startProcess(bin, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', ''], directory, user);
  let process = await start();
  const owner = `postgres://owner@${host}/postgres`;
  let schemas = 0;

  const server: PostgresServer = {
    host,
    async newDatabase() {
      schemas += 1;
      await server.run(`CREATE SCHEMA test_${schemas}`);
      return `${owner}?options=${encodeURIComponent(`-c search_path=test_${schemas}`)}`;
    },
    async run(sql, url = owner) {
      const client = new Client(url);
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    async restart() {
      await process.stop();
      process = await start();
    },
    async stop() {
      await process.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await server.run("CREATE ROLE stranger LOGIN PASSWORD 'secret word'");
  return server;
}

/**
 * A shell holds the server and ends it when its input ends: also when this process was killed. "Immediate" shutdown: as
 * after a crash, the next start has to recover what was committed.
 */
async function startProcess(bin: string, args: string[], cwd: string, user: Owner | undefined) {
  const script = '"$@" & read line; kill -QUIT $!; wait $!';
  const child = spawn('/bin/sh', ['-c', script, 'sh', join(bin, 'postgres'), ...args], { cwd, ...user });
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Postgres did not start within 20 s:\n${log}`)), 20_000);
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk;
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
  child.stdout.resume();
  const closed = once(child, 'close');
  await ready;
  return {
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: Debian's package made a user for it. */
async function unprivileged(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('expected a user "postgres" to run Postgres as, got none');
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`expected a port, got ${address}`);
  return address.port;
}
