import { z } from 'zod';
import { preset, unset } from './setting-info.js';
import { choice, count, URL_EXPECTED } from './setting-values.js';

/** A login in it would be refused when it is used. */
const address = z
  .string()
  .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).username === '');
const ADDRESS_EXPECTED = `${URL_EXPECTED}, without a login`;

const pairs = z.string().regex(/^\s*[^\s=,]+\s*=[^,]*(?:,\s*[^\s=,]+\s*=[^,]*)*$/);

/** OpenTelemetry's own names: whoever runs a collector has them in the environment already. */
export const otelSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: unset(address, {
    group: 'otel',
    description:
      'The same traces also leave as OpenTelemetry spans, to a collector or a tool at this address; `/v1/traces` is added to it.',
    expected: ADDRESS_EXPECTED,
    where: "a local collector's is http://localhost:4318",
    example: 'http://localhost:4318',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: unset(address, {
    group: 'otel',
    description: 'The same address in full, where nothing is to be added. Wins over the one before.',
    expected: ADDRESS_EXPECTED,
    where: 'see the OpenTelemetry page of the tool that is to get the traces',
    example: 'https://otlp.example.com/v1/traces',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: unset(pairs, {
    group: 'otel',
    description: 'Headers for each request, a key for instance: `name=value,name=value`, percent-encoded.',
    expected: 'be name=value, several of them with commas between',
    where: 'see the OpenTelemetry page of the tool that is to get the traces',
    example: 'x-api-key=0123456789',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: unset(pairs, {
    group: 'otel',
    description: 'Headers in the same form for traces alone; added to the others.',
    expected: 'be name=value, several of them with commas between',
    where: 'see the OpenTelemetry page of the tool that is to get the traces',
    example: 'x-dataset=threads',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: preset(choice('http/protobuf', 'http/json'), 'http/protobuf', {
    group: 'otel',
    description: '`http/protobuf` or `http/json`.',
    expected: 'be http/protobuf or http/json',
    where: 'gRPC is not spoken: collectors take HTTP at port 4318, beside gRPC at 4317',
    example: 'http/json',
  }),
  OTEL_EXPORTER_OTLP_COMPRESSION: preset(choice('none', 'gzip'), 'none', {
    group: 'otel',
    description: '`none` or `gzip`.',
    expected: 'be none or gzip',
    where: 'gzip is worth it where the address is not on this machine',
    example: 'gzip',
  }),
  OTEL_EXPORTER_OTLP_TIMEOUT: preset(count(1, 600_000), '10000', {
    group: 'otel',
    description: 'For one request, in milliseconds. No answer waits for it.',
    expected: 'be a whole number of milliseconds from 1 to 600000',
    where: 'the default is 10000',
    example: '5000',
  }),
  OTEL_SERVICE_NAME: unset(z.string(), {
    group: 'otel',
    description: 'The name of this service in the spans. By default `threadsmith`.',
    expected: 'be a name',
    where: 'leave it out for threadsmith',
    example: 'docs-bot-staging',
  }),
  OTEL_RESOURCE_ATTRIBUTES: unset(pairs, {
    group: 'otel',
    description: 'What else the spans say of this service: `name=value,name=value`, percent-encoded.',
    expected: 'be name=value, several of them with commas between',
    where: 'see Resources in the OpenTelemetry documentation',
    example: 'deployment.environment.name=production',
  }),
  OTEL_SDK_DISABLED: preset(choice('true', 'false'), 'false', {
    group: 'otel',
    description: '`true` sends no spans, whatever else is set.',
    expected: 'be true or false',
    where: 'the default is false',
    example: 'true',
  }),
};
