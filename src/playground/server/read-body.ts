import type { IncomingMessage } from 'node:http';

/** A request body that cannot be taken; the message is for whoever sent it. */
export class BadBody extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: BadBody['status'], message: string, options?: ErrorOptions) {
    super(message, options);
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
  try {
    // Kept open beyond a body that is too long, or its sender would learn nothing.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > limit) throw new BadBody(413, `Expected at most ${sizeOf(limit)}, got more.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BadBody || request.complete) throw error;
    throw new BadBody(400, 'The upload was broken off.', { cause: error });
  }
  return Buffer.concat(chunks);
}

function sizeOf(bytes: number): string {
  const mega = 1024 * 1024;
  return bytes < mega ? `${bytes / 1024} kB` : `${bytes / mega} MB`;
}
