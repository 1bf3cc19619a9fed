import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const REQUEST = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number(),
  encoding_format: z.literal('base64').optional(),
});

export interface EmbeddingsDouble {
  readonly baseUrl: string;
  /** Every text that was embedded. */
  readonly texts: readonly string[];
  /** The status of all further answers; 200 by default. */
  status: number;
  /** Whether answers say what they took, a token for each text: OpenAI's do, not all that speak its API. */
  tellsUsage: boolean;
  /** Takes requests and answers none. */
  silent: boolean;
  close(): Promise<void>;
}

/** OpenAI's embeddings endpoint. The SDK asks for base64; float arrays it would take for garbage without a word. */
export async function startEmbeddingsDouble(): Promise<EmbeddingsDouble> {
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const parsed = REQUEST.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    response.setHeader('content-type', 'application/json');
    if (double.status !== 200 || !parsed.success) {
      response.writeHead(parsed.success ? double.status : 400).end('{"error":{"message":"refused"}}');
      return;
    }
    const { input, dimensions, model } = parsed.data;
    const inputs = typeof input === 'string' ? [input] : input;
    texts.push(...inputs);
    if (double.silent) return;
    const data = inputs.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: embed(text, dimensions),
    }));
    const usage = { prompt_tokens: inputs.length, total_tokens: inputs.length };
    response.end(JSON.stringify({ object: 'list', model, data, ...(double.tellsUsage && { usage }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const double: EmbeddingsDouble = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    texts,
    status: 200,
    tellsUsage: true,
    silent: false,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return double;
}

/** Equal words, near vectors: each word counts in the dimension of its letters' sum. */
function embed(text: string, dimensions: number): string {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    const sum = [...word].reduce((total, letter) => total + letter.charCodeAt(0), 0);
    vector[sum % dimensions] = (vector[sum % dimensions] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return Buffer.from(vector.map((value) => value / length).buffer).toString('base64');
}
