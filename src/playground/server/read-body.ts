import type { IncomingMessage } from 'node:http';

/** A request body that cannot be taken; the message is for whoever sent it. */
export class BadBody extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: BadBody['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a JSON body of at most `limit` bytes; beyond that it stops reading.
 *
 * @throws BadBody when it is longer or not JSON.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  checkType(request, 'application/json');
  const bytes = await readAll(request, limit);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadBody(400, 'The body must be JSON.');
  }
}

/**
 * Reads a body of any bytes, at most `limit` of them.
 *
 * @throws BadBody when it is longer or says that it is something else.
 */
export function readBytes(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  checkType(request, 'application/octet-stream');
  return readAll(request, limit);
}

function checkType({ headers }: IncomingMessage, expected: string): void {
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== expected) throw new BadBody(415, `The body must be ${expected}.`);
}

async function readAll(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > limit) throw new BadBody(413, `The body must be at most ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
