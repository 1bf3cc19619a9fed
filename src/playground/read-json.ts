import type { IncomingMessage } from 'node:http';

/** A request body that cannot be taken; the message is for whoever sent it. */
export class BadBody extends Error {
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
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
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > limit) throw new BadBody(413, `The body must be at most ${limit} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new BadBody(400, 'The body must be JSON.');
  }
}
