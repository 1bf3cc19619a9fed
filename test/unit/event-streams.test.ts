import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventStreams } from '../../src/playground/server/event-streams.js';
import { type LoopbackListener, listenOnLoopback } from '../../src/playground/server/listen-on-loopback.js';

let streams: ReturnType<typeof createEventStreams>;
let listener: LoopbackListener;

beforeEach(async () => {
  streams = createEventStreams();
  listener = await listenOnLoopback((_, response) => streams.open(response, 'snapshot', { first: true }), 0);
});

afterEach(() => listener.close());

function read(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: listener.port }, resolve).on('error', reject);
  });
}

test('a reader gets the snapshot first and then every change', async () => {
  const reader = await read();
  let text = '';
  reader.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await expect.poll(() => streams.count).toBe(1);
  streams.send('message', { text: 'two\nlines' });
  await expect
    .poll(() => text)
    .toBe(
      'retry: 1000\n\nevent: snapshot\ndata: {"first":true}\n\nevent: message\ndata: {"text":"two\\nlines"}\n\n',
    );
  reader.destroy();
  await expect.poll(() => streams.count).toBe(0);
});

test('a reader who does not read is dropped; others are not', async () => {
  const [stopped, awake] = [await read(), await read()];
  stopped.on('error', () => {});
  let bytes = 0;
  awake.on('data', (chunk) => {
    bytes += chunk.length;
  });
  const large = 'x'.repeat(1_000_000);
  // Past the bound for what waits in this process plus whatever the kernel takes for a connection.
  for (let sent = 1; streams.count === 2 && sent < 200; sent += 1) {
    streams.send('message', large);
    await expect.poll(() => bytes).toBeGreaterThan(sent * large.length);
  }
  expect(streams.count).toBe(1);
  stopped.destroy();
  awake.destroy();
});
