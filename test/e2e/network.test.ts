import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../src/network.js';
import { startConnectProxy } from '../support/connect-proxy.js';
import { startEmbeddingsDouble } from '../support/embeddings-double.js';
import { startWorld } from '../support/world.js';

const TLS = fileURLToPath(new URL('../fixtures/tls/', import.meta.url));

describe('a proxy', () => {
  test.each(['http', 'socket'] as const)('is used by every client, with events by %s', async (transport) => {
    const [proxy, openai] = await Promise.all([startConnectProxy(), startEmbeddingsDouble()]);
    const world = await startWorld({
      transport,
      config: (config) => ({
        ...config,
        network: { httpProxy: proxy.url },
        openai: {
          apiKey: 'sk-test',
          baseUrl: openai.baseUrl,
          model: 'text-embedding-3-small',
          dimensions: 8,
        },
      }),
    });
    world.claude.reply(['Within ten working days.', { cite: 0 }]);
    const { message } = await world.ask({ text: 'how long does a refund take?' });
    expect((await world.answerTo(message)).text).toBe('Within ten working days. [1]');
    await world.traces(message);
    const ends = {
      slack: world.slack.apiUrl,
      claude: world.claude.baseUrl,
      langsmith: world.langsmith.endpoint,
      openai: openai.baseUrl,
    };
    for (const [name, url] of Object.entries(ends)) {
      expect([...proxy.tunnels], `${name} goes through the proxy`).toContain(new URL(url).host);
    }
    await world.close();
    await Promise.all([proxy.close(), openai.close()]);
  });
});

describe('a proxy and own certificates', () => {
  test('work together, which is what offices have', async () => {
    const { url, close } = await startTlsServer();
    const proxy = await startConnectProxy();
    const network = createNetwork({ httpsProxy: proxy.url, extraCaCerts: `${TLS}localhost-cert.pem` });
    expect(await (await network.fetch(url)).text()).toBe('here');
    expect(await (await network.leanFetch(url)).text()).toBe('here');
    expect([...proxy.tunnels]).toEqual([new URL(url).host]);
    await network.close();
    await proxy.close();
    close();
  });
});

describe('own certificate authorities', () => {
  test('are trusted when they are named, and only then', async () => {
    const { url, close } = await startTlsServer();
    const trusting = createNetwork({ extraCaCerts: `${TLS}localhost-cert.pem` });
    expect(await (await trusting.fetch(url)).text()).toBe('here');
    expect(await (await trusting.leanFetch(url)).text()).toBe('here');
    const strict = createNetwork();
    await expect(strict.fetch(url)).rejects.toThrow();
    await expect(strict.leanFetch(url)).rejects.toThrow();
    await Promise.all([trusting.close(), strict.close()]);
    close();
  });

  test('a file that is not there is named, with the setting', () => {
    expect(() => createNetwork({ extraCaCerts: '/nowhere/ca.pem' })).toThrow(
      'NODE_EXTRA_CA_CERTS must name a readable PEM file',
    );
  });
});

async function startTlsServer(): Promise<{ url: string; close: () => void }> {
  const [cert, key] = [readFileSync(`${TLS}localhost-cert.pem`), readFileSync(`${TLS}localhost-key.pem`)];
  const server = createServer({ cert, key }, (_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, close };
}
