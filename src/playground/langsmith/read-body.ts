import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from './refusal.js';

const unzip = promisify(gunzip);

/** LangSmith's own limit for a batch. */
const MAX_BYTES = 20_971_520;
/** A batch of text packs to about a fifth. */
const MAX_UNPACKED_BYTES = 5 * MAX_BYTES;

/** @throws Refusal for a body that is too large, or packed in a way that `/info` does not offer. */
export async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Refusal(413, `the body must be at most ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined) return body;
  if (encoding !== 'gzip') throw new Refusal(415, `content-encoding must be gzip, got "${encoding}"`);
  try {
    return Buffer.from(await unzip(body, { maxOutputLength: MAX_UNPACKED_BYTES }));
  } catch {
    throw new Refusal(400, 'the body must be gzip, and not unpack to more than 100 MB');
  }
}
