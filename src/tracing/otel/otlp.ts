import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Span } from './span.js';
import type { SpanSettings } from './span-settings.js';

/** OpenTelemetry's protocol: all that this program has of OpenTelemetry's packages. */
export interface Otlp {
  /** The body of one request. */
  encode(spans: readonly Span[]): Uint8Array;
  readonly contentType: string;
  /** As they are set; secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many spans an answer says were not taken. */
  rejected(answer: Uint8Array): number;
}

/** To be loaded only where spans are sent: it takes some 100 ms. */
export function createOtlp({ protocol, headers, ...settings }: SpanSettings, version: string): Otlp {
  const serializer = protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const resource = resourceFromAttributes({
    'service.name': 'threadsmith',
    'service.version': version,
    ...parseKeyPairsIntoRecord(settings.resourceAttributes),
    ...(settings.serviceName !== undefined && { 'service.name': settings.serviceName }),
  });
  const instrumentationScope = { name: 'threadsmith', version };

  function readable(span: Span): ReadableSpan {
    const { traceId, parentSpanId, start, end, error } = span;
    const context = (spanId: string) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    return {
      name: span.name,
      kind: span.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
      spanContext: () => context(span.spanId),
      ...(parentSpanId !== undefined && { parentSpanContext: context(parentSpanId) }),
      startTime: [...start],
      endTime: [...end],
      // Nobody reads it on the way: the protocol has start and end.
      duration: [0, 0],
      status: error === undefined ? UNSET : { code: SpanStatusCode.ERROR, message: error },
      attributes: attributesOf(span),
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }

  return {
    contentType: protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    headers: parseKeyPairsIntoRecord(headers),
    encode(spans) {
      const body = serializer.serializeRequest(spans.map(readable));
      if (!body) throw new TypeError('expected spans that can be encoded, got none');
      return body;
    },
    rejected(answer) {
      if (answer.length === 0) return 0;
      return Number(serializer.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0);
    },
  };
}

const UNSET = { code: SpanStatusCode.UNSET };

function attributesOf({ attributes }: Span): ReadableSpan['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}
