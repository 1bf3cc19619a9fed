import { Refusal } from './refusal.js';

/** What a filter is asked about. */
export interface FilteredRun {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly feedback: readonly { readonly key: string; readonly score?: number | undefined }[];
}

interface Call {
  readonly name: string;
  readonly args: readonly Term[];
}

/** A call, a field's name, a text or a number. */
type Term = Call | string | number;

const TOKEN = /\s*(?:([a-z_]+)|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)|([(),]))/y;

/**
 * The part of LangSmith's filter language that the bot speaks: `and`, `or`, and `eq` of metadata or feedback, whose key and
 * value belong together when they stand in one `and`. https://docs.langchain.com/langsmith/trace-query-syntax
 *
 * @throws Refusal 400 for what it does not understand.
 */
export function runFilter(text: string): (run: FilteredRun) => boolean {
  const { term, end } = readTerm(text, 0);
  if (!isCall(term) || text.slice(end).trim() !== '') return refuse(text);
  return (run) => holds(term, run);
}

function readTerm(text: string, start: number): { readonly term: Term; readonly end: number } {
  const [token, word, quoted, digits] = tokenAt(text, start);
  const end = start + token.length;
  if (quoted !== undefined) return { term: quoted, end };
  if (digits !== undefined) return { term: Number(digits), end };
  if (word === undefined) return refuse(text);
  if (!text.slice(end).startsWith('(')) return { term: word, end };
  const args: Term[] = [];
  let at = end;
  do {
    const argument = readTerm(text, at + 1);
    args.push(argument.term);
    at = argument.end;
  } while (text[at] === ',');
  return text[at] === ')' ? { term: { name: word, args }, end: at + 1 } : refuse(text);
}

function tokenAt(text: string, start: number): RegExpExecArray {
  TOKEN.lastIndex = start;
  return TOKEN.exec(text) ?? refuse(text);
}

function holds({ name, args }: Call, run: FilteredRun): boolean {
  const calls = args.filter(isCall);
  if (name === 'or') return calls.some((call) => holds(call, run));
  if (name !== 'and') return refuse(name);
  const fields = new Map(
    calls.filter((call) => call.name === 'eq').map((call) => [call.args[0], call.args[1]]),
  );
  return pairHolds(fields, run) && calls.every((call) => call.name === 'eq' || holds(call, run));
}

function pairHolds(fields: ReadonlyMap<unknown, unknown>, { metadata, feedback }: FilteredRun): boolean {
  if (fields.has('metadata_key'))
    return metadata[String(fields.get('metadata_key'))] === fields.get('metadata_value');
  if (fields.has('feedback_key'))
    return feedback.some(
      ({ key, score }) => key === fields.get('feedback_key') && score === fields.get('feedback_score'),
    );
  return fields.size === 0 || refuse([...fields.keys()].join(', '));
}

function isCall(term: Term): term is Call {
  return typeof term === 'object';
}

function refuse(what: string): never {
  throw new Refusal(400, `the filter must be of and, or, eq over metadata and feedback, got: ${what}`);
}
