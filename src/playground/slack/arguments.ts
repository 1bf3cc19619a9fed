import { SlackError } from './slack-error.js';

export type Arguments = Readonly<Record<string, unknown>>;

/** WebClient sends these as JSON strings inside a form. */
const JSON_ARGUMENTS = new Set([
  ...['blocks', 'attachments', 'chunks', 'metadata', 'view', 'prompts', 'loading_messages', 'files'],
]);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A request body as named arguments. What should be JSON and is not stays a string, for the method to refuse.
 *
 * @throws SlackError `invalid_json` or `invalid_form_data`.
 */
export function decodeArguments(contentType: string, body: string, query: URLSearchParams): Arguments {
  const fromQuery = Object.fromEntries(query);
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body === '' ? '{}' : body);
    if (!isRecord(parsed)) throw new SlackError('invalid_json');
    return { ...fromQuery, ...decodeEach(parsed) };
  }
  if (body !== '' && !contentType.startsWith('application/x-www-form-urlencoded')) {
    throw new SlackError('invalid_form_data', `[ERROR] unexpected content type ${contentType || '(none)'}`);
  }
  return decodeEach({ ...fromQuery, ...Object.fromEntries(new URLSearchParams(body)) });
}

function decodeEach(args: Record<string, unknown>): Arguments {
  const decoded = Object.entries(args).map(([name, value]) => {
    const parsed = JSON_ARGUMENTS.has(name) && typeof value === 'string' ? parseJson(value) : undefined;
    return [name, parsed ?? value];
  });
  return Object.fromEntries(decoded);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A string argument; numbers count, as a form knows no difference. Absent: undefined. */
export function stringArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new SlackError('invalid_arguments', `[ERROR] must be a string [json-pointer:/${name}]`);
}

/** A required string. Its absence was refused before any method runs, so an empty string is what is left. */
export function requiredString(args: Arguments, name: string): string {
  const value = stringArgument(args, name);
  if (value === undefined)
    throw new SlackError('invalid_arguments', `[ERROR] missing required field: ${name}`);
  return value;
}

export function flagArgument(args: Arguments, name: string): boolean {
  return ['true', '1'].includes(stringArgument(args, name) ?? '');
}
