import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Relay, type RelayedRequest, startRelay } from '../../src/playground/relay.js';

let respond: (request: IncomingMessage, response: ServerResponse) => void;
let target: string;
let relay: Relay;
const seen: { url: string | undefined; key: unknown; body: string }[] = [];
const copies: RelayedRequest[] = [];

const service = createServer(async (incoming, response) => {
  let body = '';
  for await (const chunk of incoming) body += chunk;
  seen.push({ url: incoming.url, key: incoming.headers['x-api-key'], body });
  respond(incoming, response);
});

beforeEach(async () => {
  seen.length = 0;
  copies.length = 0;
  respond = (_, response) => response.writeHead(201, { 'content-type': 'application/json' }).end('{"ok":1}');
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = service.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  target = `http://127.0.0.1:${address.port}/base`;
  relay = await startRelay({ target, copy: async (copied) => void copies.push(copied) });
});

afterEach(async () => {
  await relay.close();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
});

const ask = () =>
  fetch(`${relay.baseUrl}/v1/messages?beta=1`, {
    method: 'POST',
    headers: { 'x-api-key': 'k' },
    body: 'hello',
  });

describe('a relay', () => {
  test('passes requests and answers on as they are, the sender’s key among them, and gives a copy', async () => {
    const answer = await ask();
    expect([answer.status, await answer.json()]).toEqual([201, { ok: 1 }]);
    expect(seen).toEqual([{ url: '/base/v1/messages?beta=1', key: 'k', body: 'hello' }]);
    expect(copies).toMatchObject([{ method: 'POST', path: '/v1/messages?beta=1' }]);
    expect(copies[0]?.body.toString()).toBe('hello');
  });

  test('passes a stream on as it comes', async () => {
    respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\n');
    };
    const reader = (await ask()).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: one\n\n');
    await reader?.cancel();
  });

  test('is limited, broken or down when it is told to, and well again', async () => {
    relay.condition = 'limited';
    const limited = await ask();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2']);
    relay.condition = 'down';
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(seen).toEqual([]);
    relay.condition = 'broken';
    expect((await ask()).status).toBe(500);
    respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('x'.repeat(2_000));
    };
    const broken = await ask();
    await expect(broken.text()).rejects.toThrow('terminated');
    relay.condition = 'well';
    respond = (_, response) => response.end('fine');
    expect(await (await ask()).text()).toBe('fine');
  });

  test('turns pages in a browser away, and other names for this machine', async () => {
    const origin = await fetch(relay.baseUrl, { headers: { origin: 'http://evil.example' } });
    expect(origin.status).toBe(403);
    const { port } = new URL(relay.baseUrl);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, headers: { host: `rebound.example:${port}` } };
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(rebound).toBe(403);
    expect(seen).toEqual([]);
  });
});
