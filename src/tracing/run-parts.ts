import type { RunOperation } from './run-sink.js';

/** A run as parts of LangSmith's multipart form: its own fields, and what may be large as parts beside it. */
export function runParts({ kind, run }: RunOperation, boundary: string): Buffer {
  const { inputs, outputs, extra, events, error, ...fields } = run;
  const name = `${kind}.${run.id}`;
  let text = part(name, fields, boundary);
  for (const [field, value] of Object.entries({ inputs, outputs, extra, events, error }))
    if (value !== undefined) text += part(`${name}.${field}`, value, boundary);
  return Buffer.from(text);
}

/** LangSmith wants to know each part's length. */
function part(name: string, value: unknown, boundary: string): string {
  const json = JSON.stringify(value);
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: application/json; length=${Buffer.byteLength(json)}\r\n\r\n${json}\r\n`;
}

export function endOfParts(boundary: string): Buffer {
  return Buffer.from(`--${boundary}--\r\n`);
}
