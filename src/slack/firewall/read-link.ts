export interface LinkParts {
  /** `reference`: `[label]` that a `[` or a `:` follows. */
  readonly kind: 'inline' | 'reference';
  readonly label: string;
  readonly target: string;
  /** Of the text; of a reference without what follows it. */
  readonly length: number;
}

/** Longer ones are no links but text in brackets. */
const MAX_LABEL = 1_000;

/**
 * The Markdown link that `text`, which begins with `[`, begins with: on one line, its target with or without a title.
 * Undefined when it is none; `undecided` while it may still become one and more text comes.
 */
export function readLink(text: string, isWhole: boolean): LinkParts | 'undecided' | undefined {
  const line = /^[^\n]*/.exec(text)?.[0] ?? '';
  const mayGrow = !isWhole && line.length === text.length;
  const end = closing(line, 0, '[', ']');
  if (end === undefined || end > MAX_LABEL)
    return mayGrow && line.length <= MAX_LABEL ? 'undecided' : undefined;
  const label = line.slice(1, end);
  const next = line[end + 1];
  if (next === undefined) return mayGrow ? 'undecided' : undefined;
  if (next === '[' || next === ':') return { kind: 'reference', label, target: '', length: end + 1 };
  if (next !== '(') return undefined;
  const close = closing(line, end + 1, '(', ')');
  if (close === undefined) return mayGrow ? 'undecided' : undefined;
  const [, bracketed, bare] =
    /^\s*(?:<([^<>]*)>|(\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*$/.exec(line.slice(end + 2, close)) ??
    [];
  if (bracketed === undefined && bare === undefined) return undefined;
  return { kind: 'inline', label, target: bracketed ?? bare ?? '', length: close + 1 };
}

/** Where the bracket at `start` is closed; a backslash takes a bracket its meaning. */
function closing(line: string, start: number, open: string, close: string): number | undefined {
  let depth = 0;
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === open) depth += 1;
    else if (line[at] === close) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
