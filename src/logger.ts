import { createRequire } from 'node:module';
import pino from 'pino';

/** One line of the log: what happened, with ids and figures beside it. Never text that people wrote. */
type Write = (fields: object, message: string) => void;

export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

export interface LoggerOptions {
  /** @default 'info' */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** For people instead of JSON. Loads pino-pretty (about 50 ms). @default whether stderr is a terminal */
  readonly pretty?: boolean;
  /** Where the lines go. @default stderr, written synchronously so that none is lost at exit */
  readonly stream?: pino.DestinationStream;
}

const SECRET_FIELDS = [
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'apiKey',
  'secret',
  'authorization',
  'cookie',
];
const TOKEN = /\b(xox[a-z]-|xapp-|sk-ant-|sk-|lsv2_)[\w-]{8,}/g;

/** JSON lines on stderr: secrets are masked by field name and, wherever they stand, by shape. */
export function createLogger({
  level = 'info',
  pretty = process.stderr.isTTY,
  stream,
}: LoggerOptions = {}): Log {
  return pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '…' },
      serializers: { err: serializeError, error: serializeError },
      hooks: { streamWrite: (line) => line.replace(TOKEN, '$1…') },
    },
    stream ?? (pretty ? prettyStream() : pino.destination({ dest: 2, sync: true })),
  );
}

/** Loaded when needed: in production it would only cost start time. */
function prettyStream(): pino.DestinationStream {
  const create: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty');
  return create({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' });
}

/** An error without the request or response that SDKs hang on theirs: those hold headers and users' text. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return { name, message, code, stack, ...(cause !== undefined && { cause: serializeError(cause) }) };
}
