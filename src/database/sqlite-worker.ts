import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Statement } from './database.js';
import { SqliteConnection, type SqliteReply } from './sqlite-connection.js';

export interface SqliteWorkerData {
  readonly file: string;
  readonly busyTimeoutMs: number;
}

export type SqliteRequest =
  | { readonly type: 'query'; readonly statement: Statement }
  | { readonly type: 'transaction'; readonly statements: readonly Statement[] }
  | { readonly type: 'close' };

/** How many waiting transactions share one commit; it bounds how long the first of them waits for the others. */
const GROUP = 64;

/** The first message says that the file is open; after it come arrays of replies. A worker that cannot open throws. */
async function serve(port: MessagePort, { file, busyTimeoutMs }: SqliteWorkerData): Promise<void> {
  const connection = await SqliteConnection.open(file, busyTimeoutMs);
  const waiting: SqliteRequest[] = [];
  let running = false;

  const work = async () => {
    for (let request = waiting[0]; request; request = waiting[0]) {
      if (request.type === 'close') {
        connection.close();
        port.close();
        return;
      }
      if (request.type === 'query') {
        waiting.shift();
        port.postMessage([await connection.query(request.statement)] satisfies SqliteReply[]);
      } else {
        port.postMessage((await connection.commit(takeTransactions(waiting))) satisfies SqliteReply[]);
      }
      // What was sent meanwhile joins the next commit.
      for (let sent = receiveMessageOnPort(port); sent; sent = receiveMessageOnPort(port))
        waiting.push(sent.message);
    }
  };
  port.on('message', async (request: SqliteRequest) => {
    waiting.push(request);
    if (running) return;
    running = true;
    await work();
    running = false;
  });
  port.postMessage('open');
}

function takeTransactions(waiting: SqliteRequest[]): (readonly Statement[])[] {
  const group: (readonly Statement[])[] = [];
  for (let next = waiting[0]; next?.type === 'transaction' && group.length < GROUP; next = waiting[0]) {
    group.push(next.statements);
    waiting.shift();
  }
  return group;
}

if (parentPort) void serve(parentPort, workerData);
