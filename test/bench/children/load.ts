import { createHmac } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { answerRequests } from './answer-requests.js';

const loadInput = z.object({
  url: z.string(),
  signingSecret: z.string(),
  bodies: z.array(z.string()),
  /** Events a second, each sent when its time has come; absent: `concurrency` at a time, as fast as they are taken. */
  rate: z.number().optional(),
  concurrency: z.number().default(8),
});
const fsyncInput = z.object({ directory: z.string(), times: z.number() });

/** Slack's side of the wire in a process of its own, so that nothing else delays its clock. */
const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** Sends one signed event. @returns milliseconds from sending it to the end of its 200. */
function send(url: string, signingSecret: string, body: string): Promise<number> {
  const seconds = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-slack-request-timestamp': seconds,
          'x-slack-signature': `v0=${signature}`,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - startedAt);
          else reject(new Error(`an event must be answered with 200, got ${response.statusCode}`));
        });
      },
    );
    outgoing.on('error', (error) => {
      // The server closed the kept connection just as it was used again: Slack too would simply send once more.
      if (outgoing.reusedSocket) send(url, signingSecret, body).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(body);
  });
}

answerRequests({
  load: async (input) => {
    const { url, signingSecret, bodies, rate, concurrency } = loadInput.parse(input);
    if (rate === undefined) {
      const latencies: number[] = [];
      const queue = bodies.values();
      const worker = async () => {
        for (const body of queue) latencies.push(await send(url, signingSecret, body));
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      return latencies;
    }
    const startedAt = performance.now();
    const sent: Promise<number>[] = [];
    let failure: unknown;
    for (const [index, body] of bodies.entries()) {
      const wait = startedAt + (index * 1_000) / rate - performance.now();
      if (wait > 0) await setTimeout(wait);
      const event = send(url, signingSecret, body);
      event.catch((error: unknown) => {
        failure = error;
      });
      if (failure) throw failure;
      sent.push(event);
    }
    return Promise.all(sent);
  },
  /** Milliseconds that appending a page and syncing it takes, as a commit of a write-ahead log does. */
  fsync: async (input) => {
    const { directory, times } = fsyncInput.parse(input);
    const file = await open(join(directory, 'fsync-probe'), 'w');
    const page = Buffer.alloc(4_096, 1);
    const durations: number[] = [];
    for (let index = 0; index < times; index += 1) {
      await file.write(page);
      const startedAt = performance.now();
      await file.sync();
      durations.push(performance.now() - startedAt);
    }
    await file.close();
    return durations;
  },
});
// Nothing else holds the process.
globalThis.setInterval(() => {}, 60_000);
console.log('ready to send');
