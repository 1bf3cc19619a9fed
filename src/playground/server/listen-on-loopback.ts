import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExpectedError } from '../../errors.js';

export interface LoopbackListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1, and nowhere else. Both, because a browser may try either
 * for "localhost": on a port whose other half belongs to another program the printed link could open that one.
 *
 * @param port 0 takes a free one.
 * @throws ExpectedError when the port is taken or may not be used.
 */
export async function listenOnLoopback(handler: RequestListener, port: number): Promise<LoopbackListener> {
  const first = await listen(handler, '127.0.0.1', port);
  const bound = portOf(first);
  const servers = [first];
  try {
    servers.push(await listen(handler, '::1', bound));
  } catch (error) {
    if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error))) {
      await close(servers);
      throw refusal(error, bound);
    }
  }
  return { port: bound, close: () => close(servers) };
}

function listen(handler: RequestListener, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ requestTimeout: 15_000, maxHeaderSize: 16_384 }, handler);
    server.once('error', (error) => reject(host === '127.0.0.1' ? refusal(error, port) : error));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function refusal(cause: unknown, port: number): Error {
  const code = codeOf(cause);
  if (code === 'EADDRINUSE') {
    return new ExpectedError(
      `PORT must be free, got ${port}, which another program is using: stop that program or set PORT to another number`,
      { cause },
    );
  }
  if (code === 'EACCES') {
    return new ExpectedError(
      `PORT must be one that this user may listen on, got ${port}: set PORT to one above 1023`,
      {
        cause,
      },
    );
  }
  return cause instanceof Error ? cause : new Error(`cannot listen on port ${port}`, { cause });
}

async function close(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string')
    throw new Error(`expected a TCP address, got ${address}`);
  return address.port;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
