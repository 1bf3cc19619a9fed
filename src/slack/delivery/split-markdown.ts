/** Where a message ends and the next one goes on. */
export interface Cut {
  /** What the first message still gets; with what was left it is the text, nothing is lost. */
  readonly head: string;
  /** Closes in the first message what the cut leaves open. */
  readonly close: string;
  /** Opens it again in the next: a code block with its language, a table with its header, the items above a nested item. */
  readonly reopen: string;
  readonly rest: string;
}

/** For what closes a code block. */
const CLOSING_BYTES = 40;
/** A longer table header is not said again. */
const MAX_HEADER_CHARS = 1_000;
const FENCE = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})([^\n]*)$/;
const ITEM = /^([ \t]*)([-*+]|\d{1,9}[.)])[ \t]/;
const TABLE_RULE = /^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/**
 * Cuts Markdown in two so that a message that holds `before` holds at most `maxBytes` of UTF-8 with its part: after a
 * paragraph, else a line, a sentence, a word, else between two characters; tables between rows.
 */
export function splitMarkdown(before: string, text: string, maxBytes: number): Cut {
  const used = Buffer.byteLength(before);
  if (used + Buffer.byteLength(text) <= maxBytes) return { head: text, close: '', reopen: '', rest: '' };
  const limit = charsWithin(text, Math.max(0, maxBytes - used - CLOSING_BYTES));
  const head = text.slice(0, bestCut(before, text.slice(0, limit), maxBytes / 2 - used));
  const rest = text.slice(head.length);
  return { head, rest, ...seam(before + head, rest) };
}

/** @param least bytes below which a message would be left too empty for the sake of a better place. */
function bestCut(before: string, text: string, least: number): number {
  const lines = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  const apart = lines.filter(
    (at) => text[at] === '\n' || text.slice(0, at).endsWith('\n\n') || at === text.length,
  );
  const sentences = [...text.matchAll(/[.!?:][ \n]/g)].map(({ index }) => index + 2);
  const words = [...text.matchAll(/ /g)].map(({ index }) => index + 1);
  const isFree = (at: number) => seam(before + text.slice(0, at), 'x').reopen === '';
  for (const [places, check] of [
    [apart, isFree],
    [lines, isFree],
    [lines, () => true],
    [sentences, () => true],
    [words, () => true],
  ] as const) {
    const found = places.findLast((at) => Buffer.byteLength(text.slice(0, at)) >= least && check(at));
    if (found !== undefined) return found;
  }
  return lines.at(-1) ?? sentences.at(-1) ?? words.at(-1) ?? text.length;
}

interface Open {
  fence: { readonly margin: string; readonly ticks: string; readonly info: string } | undefined;
  /** Its first two lines. */
  table: string | undefined;
  items: { readonly indent: string; readonly mark: string }[];
}

/** What a cut between the two leaves open. */
export function seam(text: string, rest: string): { close: string; reopen: string } {
  const { fence, table, items } = openAt(text);
  const [next = ''] = rest.split('\n', 1);
  const isAtLine = text === '' || text.endsWith('\n');
  const indent = /^[ \t]*/.exec(fence ? fence.margin : next)?.[0].length ?? 0;
  const isInItem = fence || isAtLine;
  const above = isInItem ? items.filter((item) => item.indent.length < indent) : [];
  const reopened = above.map((item) => `${item.indent}${item.mark} …\n`).join('');
  if (fence) {
    const { margin, ticks, info } = fence;
    return {
      close: `${isAtLine ? '' : '\n'}${margin}${ticks}`,
      reopen: `${reopened}${margin}${ticks}${info}\n`,
    };
  }
  if (table && table.length <= MAX_HEADER_CHARS && isAtLine && (next.includes('|') || next === 'x'))
    return { close: '', reopen: table };
  return { close: '', reopen: reopened };
}

function openAt(text: string): Open {
  const open: Open = { fence: undefined, table: undefined, items: [] };
  let previous = '';
  for (const line of text.split('\n')) {
    const [, margin = '', ticks, info = ''] = FENCE.exec(line) ?? [];
    if (open.fence) {
      if (ticks?.startsWith(open.fence.ticks) && info.trim() === '') open.fence = undefined;
    } else if (ticks && !info.includes('`')) {
      open.fence = { margin: margin.replace(/[^ \t>]/g, ' '), ticks, info };
      open.table = undefined;
    } else readLine(open, line, previous);
    previous = line;
  }
  return open;
}

function readLine(open: Open, line: string, previous: string): void {
  if (open.table !== undefined && !line.includes('|') && line !== '') open.table = undefined;
  if (line === '' && previous === '') open.table = undefined;
  if (line.includes('-') && TABLE_RULE.test(line) && previous.includes('|'))
    open.table = `${previous}\n${line}\n`;
  const [, indent = '', mark] = ITEM.exec(line) ?? [];
  if (mark)
    open.items = [...open.items.filter((item) => item.indent.length < indent.length), { indent, mark }];
  else if (/^\S/.test(line) && previous === '') open.items = [];
}

/** The longest prefix within `maxBytes`, in UTF-16 units, never between the halves of a surrogate pair. */
function charsWithin(text: string, maxBytes: number): number {
  let bytes = 0;
  let chars = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > maxBytes) break;
    chars += char.length;
  }
  return chars;
}
