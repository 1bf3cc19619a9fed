import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface ConnectProxy {
  readonly url: string;
  /** "127.0.0.1:4711" for every tunnel that was asked for. */
  readonly tunnels: ReadonlySet<string>;
  close(): Promise<void>;
}

/** An HTTP proxy of the kind that offices have: it tunnels what asks with CONNECT, and remembers where to. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const tunnels = new Set<string>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  const open = new Set<{ destroy(): void }>();
  server.on('connect', ({ url = '' }, client, head) => {
    tunnels.add(url);
    const [host, port] = url.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => open.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tunnels,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
