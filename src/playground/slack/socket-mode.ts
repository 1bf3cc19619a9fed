import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { isRecord } from './arguments.js';
import type { Attempt, Transport } from './deliveries.js';

export interface SocketModeOptions {
  /** The Web API's server: its websockets are on the same port. */
  readonly server: Server;
  readonly appId: string;
  /** Which of the open connections gets an event. @default at random, as Slack does */
  readonly choose?: ((connections: number) => number) | undefined;
  /** @default 3000 */
  readonly ackTimeoutMs?: number | undefined;
  /** @default 10000; Bolt reconnects after 30 s without one */
  readonly pingIntervalMs?: number | undefined;
}

export interface SocketMode {
  /** A one-time url, what apps.connections.open answers with. */
  openConnection(): string;
  readonly deliver: Transport;
  connections(): number;
  /** Called when a connection opens or closes. */
  onConnection(listener: () => void): () => void;
  /** Asks one connection to reconnect and closes it, as Slack does every few hours. */
  refresh(index?: number): void;
  /** Cuts every connection without a word. */
  drop(): void;
  close(): void;
}

interface Waiting {
  readonly socket: WebSocket;
  readonly acked: (payload: unknown) => void;
  readonly failed: (reason: string) => void;
}

/** Slack's side of Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode */
export function startSocketMode({
  server,
  appId,
  choose = (connections) => Math.floor(Math.random() * connections),
  ackTimeoutMs = 3_000,
  pingIntervalMs = 10_000,
}: SocketModeOptions): SocketMode {
  const sockets = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const waiting = new Map<string, Waiting>();
  const listeners = new Set<() => void>();

  server.on('upgrade', (request, stream, head) => {
    const ticket = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('ticket') ?? '';
    if (!tickets.delete(ticket)) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, accept);
  });

  function accept(socket: WebSocket): void {
    open.push(socket);
    socket.on('message', (message) => receive(String(message)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      retire(socket);
      for (const entry of waiting.values()) if (entry.socket === socket) entry.failed('connection_failed');
    });
    send(socket, {
      type: 'hello',
      num_connections: open.length,
      debug_info: { host: 'applink-local', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: appId },
    });
    const pings = setInterval(() => socket.ping(), pingIntervalMs).unref();
    socket.once('close', () => clearInterval(pings));
    for (const listener of listeners) listener();
  }

  function receive(text: string): void {
    const answer: unknown = JSON.parse(text);
    if (!isRecord(answer) || typeof answer.envelope_id !== 'string') return;
    waiting.get(answer.envelope_id)?.acked(answer.payload);
  }

  /** No event goes to this connection any more; what it was given it may still ack until it closes. */
  function retire(socket: WebSocket): void {
    const index = open.indexOf(socket);
    if (index < 0) return;
    open.splice(index, 1);
    for (const listener of listeners) listener();
  }

  const deliver: Transport = ({ kind, payload }, { retry } = {}) => {
    const startedAt = performance.now();
    const socket = open[choose(open.length)];
    if (!socket) return Promise.resolve({ ok: false, body: '', ms: 0, retry, failure: 'connection_failed' });
    const envelopeId = randomUUID();
    return new Promise<Attempt>((resolve) => {
      const settle = (result: Pick<Attempt, 'ok' | 'body' | 'failure'>) => {
        clearTimeout(timer);
        waiting.delete(envelopeId);
        resolve({ ...result, ms: performance.now() - startedAt, retry });
      };
      const failed = (failure: string) => settle({ ok: false, body: '', failure });
      const timer = setTimeout(() => failed('timeout'), ackTimeoutMs);
      const acked = (said: unknown) =>
        settle({ ok: true, body: said === undefined ? '' : JSON.stringify(said) });
      waiting.set(envelopeId, { socket, acked, failed });
      send(socket, {
        envelope_id: envelopeId,
        type: kind,
        payload,
        accepts_response_payload: kind !== 'events_api',
        ...(kind === 'events_api' && { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' }),
      });
    });
  };

  return {
    openConnection() {
      const ticket = randomUUID();
      tickets.add(ticket);
      const address = server.address();
      if (address === null || typeof address === 'string')
        throw new Error('The Slack double does not listen yet');
      return `ws://127.0.0.1:${address.port}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    deliver,
    connections: () => open.length,
    onConnection(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh(index = 0) {
      const socket = open[index];
      if (!socket) throw new RangeError(`Expected an open connection ${index}, there are ${open.length}`);
      send(socket, {
        type: 'disconnect',
        reason: 'refresh_requested',
        debug_info: { host: 'applink-local' },
      });
      retire(socket);
      socket.close(1000);
    },
    drop() {
      for (const socket of [...open]) socket.terminate();
    },
    close() {
      for (const socket of [...open, ...sockets.clients]) socket.terminate();
      sockets.close();
    },
  };
}

function send(socket: WebSocket, message: Record<string, unknown>): void {
  socket.send(JSON.stringify(message));
}
