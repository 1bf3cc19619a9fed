import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { vi } from 'vitest';
import { z } from 'zod';

const anyValue = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
  z
    .object({ arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }) })
    .transform(({ arrayValue }) => arrayValue.values.map(({ stringValue }) => stringValue)),
]);
const attributes = z
  .array(z.object({ key: z.string(), value: anyValue }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])));
const span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

export type ReceivedSpan = z.output<typeof span>;

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** All bodies, unpacked, as text. */
  received(): string;
  /** Of requests in JSON that were taken, in the order of their beginning. */
  spans(): ReceivedSpan[];
  resource(): Readonly<Record<string, unknown>>;
  waitFor(count: number, of?: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan[]>;
  /** What becomes of every request from now on; undefined: it is taken. */
  respond(how: ((response: ServerResponse) => void) | undefined): void;
  close(): Promise<void>;
}

/** A collector on loopback: OpenTelemetry's protocol over HTTP. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const requests: OtlpReceiver['requests'][number][] = [];
  const bodies: string[] = [];
  const taken: z.output<typeof request>[] = [];
  let respond: ((response: ServerResponse) => void) | undefined;

  const server = createServer(async (incoming, response) => {
    const packed = await buffer(incoming);
    const { headers } = incoming;
    const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed).toString();
    requests.push({ path: incoming.url ?? '', headers });
    bodies.push(body);
    if (respond) return respond(response);
    if (headers['content-type'] === 'application/json') taken.push(request.parse(JSON.parse(body)));
    response.setHeader('content-type', headers['content-type'] ?? '').end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const spans = () =>
    taken
      .flatMap(({ resourceSpans }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
      .sort((left, right) => (BigInt(left.startTimeUnixNano) < BigInt(right.startTimeUnixNano) ? -1 : 1));

  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    received: () => bodies.join('\n'),
    spans,
    resource: () => taken[0]?.resourceSpans[0]?.resource.attributes ?? {},
    waitFor: (count, of = () => true) =>
      vi.waitUntil(
        () => {
          const found = spans().filter(of);
          return found.length >= count && found;
        },
        { timeout: 10_000, interval: 10 },
      ),
    respond(how) {
      respond = how;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
