import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from './server/listen-on-loopback.js';

/** How a service behaves on purpose. */
export type Condition = 'well' | 'slow' | 'limited' | 'broken' | 'down';

export interface RelayOptions {
  /** The service, with the path that the program's requests are below. */
  readonly target: string;
  /** The way out. @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Gets a copy of what the service gets; it is waited for and cannot fail. */
  readonly copy?: ((request: RelayedRequest) => Promise<void>) | undefined;
}

export interface RelayedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer<ArrayBuffer>;
}

export interface Relay {
  /** To be used in the place of the service's own address. */
  readonly baseUrl: string;
  condition: Condition;
  close(): Promise<void>;
}

const MAX_BODY = 40 * 1024 * 1024;
const SLOW_MS = 4_000;
/** Of a stream that breaks off: a few words in. */
const BROKEN_AFTER_BYTES = 1_500;
const HOP_BY_HOP =
  /^(connection|keep-alive|transfer-encoding|upgrade|te|trailer|proxy-.*|host|content-length)$/;

/**
 * Passes requests on to a service, unless it is told to let them go wrong. It adds no key: whoever sends brings their own,
 * so another program that finds its port gains nothing. Pages in a browser are turned away all the same.
 */
export async function startRelay({ target, fetch = globalThis.fetch, copy }: RelayOptions): Promise<Relay> {
  const listener = await listenOnLoopback((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, 0);
  const host = `127.0.0.1:${listener.port}`;
  const relay: Relay = { baseUrl: `http://${host}`, condition: 'well', close: listener.close };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== host || request.headers.origin !== undefined) {
      response.writeHead(403).end();
      return;
    }
    const { condition } = relay;
    if (condition === 'down') return void request.socket.resetAndDestroy();
    if (condition === 'limited') return refuse(response, 429, 'rate_limit_error', { 'retry-after': '2' });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const relayed = await read(request);
    if (condition === 'slow') await sleep(SLOW_MS, undefined, { signal: gone.signal });
    const { method, path, headers, body } = relayed;
    const [answer] = await Promise.all([
      fetch(`${target.replace(/\/$/, '')}${path}`, {
        method,
        headers,
        ...(body.length > 0 && { body }),
        redirect: 'manual',
        signal: gone.signal,
      }),
      copy?.(relayed).catch(() => undefined),
    ]);
    await pass(answer, response, condition === 'broken');
  }

  return relay;
}

async function read(request: IncomingMessage): Promise<RelayedRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new RangeError(`A request must be at most ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (!HOP_BY_HOP.test(name) && name !== 'accept-encoding') headers.set(name, String(value));
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers, body: Buffer.concat(chunks) };
}

/** A stream is passed on as it comes; a broken one breaks off, anything else that is broken is an error. */
async function pass(answer: Response, response: ServerResponse, broken: boolean): Promise<void> {
  const streams = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (broken && !streams) {
    await answer.body?.cancel();
    return refuse(response, 500, 'api_error');
  }
  const headers = [...answer.headers].filter(
    // It was unpacked on the way.
    ([name]) => !HOP_BY_HOP.test(name) && name !== 'content-encoding',
  );
  response.writeHead(answer.status, Object.fromEntries(headers));
  let passed = 0;
  if (answer.body) {
    for await (const chunk of Readable.fromWeb(answer.body)) {
      await new Promise((resolve) => response.write(chunk, resolve));
      passed += chunk.length;
      if (broken && passed > BROKEN_AFTER_BYTES) return void response.destroy();
    }
  }
  response.end();
}

/** An error in Anthropic's form, which the others read as well. */
function refuse(
  response: ServerResponse,
  status: number,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = { type: 'error', error: { type, message: 'A fault that was switched on in the playground' } };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
