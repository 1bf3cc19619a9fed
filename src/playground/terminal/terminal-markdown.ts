import type { TerminalStyle } from './terminal-style.js';

export interface TerminalMarkdown {
  /** The next piece; gives what can be shown of it by now. */
  write(text: string): string;
  /** What was held back, because more could have come. */
  end(): string;
}

/** What may be the beginning of a list item, a heading, a quote or a fence whose rest has not come. */
const OPEN_LINE = /^[ \t]*(?:[#>*+-]{0,6}|`{1,2}|`{3,}[^\n]*)$/;
const FENCE = /^[ \t]*`{3,}[^\n]*(?:\n|$)/;
const LINE_MARK = /^([ \t]*)(?:(#{1,6}) +|[-*+] +|(> ?))/;
const LINK = /^\[([^\]\n]+)\]\((\S+?)\)/;
const OPEN_LINK = /^\[[^\]\n]{0,300}(?:\](?:\(\S{0,2000})?)?$/;

/**
 * Markdown as a terminal shows it, piece by piece as it streams: bold and headings bold, list marks as bullets, links with
 * their address, code coloured, or in its backticks where there is no colour. What it does not know stays as it is.
 */
export function createTerminalMarkdown({
  boldSwitch,
  accentSwitch,
  colour,
  dim,
}: TerminalStyle): TerminalMarkdown {
  let pending = '';
  let atLineStart = true;
  let inFence = false;
  let open = { bold: false, code: false, emphasis: false, heading: false };
  let before = '';

  function take(length: number): string {
    const taken = pending.slice(0, length);
    pending = pending.slice(length);
    before = taken.at(-1) ?? before;
    return taken;
  }

  const isBold = () => open.bold || open.emphasis || open.heading;

  function toggle(name: 'bold' | 'emphasis' | 'heading'): string {
    const was = isBold();
    open = { ...open, [name]: !open[name] };
    if (was === isBold()) return '';
    return was ? boldSwitch.off : boldSwitch.on;
  }

  /** A mark that is not closed by the end of its line is closed there. */
  function endLine(): string {
    const off = `${isBold() ? boldSwitch.off : ''}${open.code ? accentSwitch.off : ''}`;
    open = { bold: false, code: false, emphasis: false, heading: false };
    atLineStart = true;
    return `${off}${take(1)}`;
  }

  function startLine(): string {
    if (FENCE.test(pending)) {
      take(FENCE.exec(pending)?.[0].length ?? 0);
      inFence = !inFence;
      return '';
    }
    atLineStart = false;
    if (inFence) return '  ';
    const [whole, indent = '', heading, quote] = LINE_MARK.exec(pending) ?? [];
    if (whole === undefined) return '';
    take(whole.length);
    if (heading) return toggle('heading');
    return `${indent}${quote ? '│ ' : '• '}`;
  }

  /** What the next character means; undefined when that is not known yet. */
  function mark(isLast: boolean): string | undefined {
    const next = pending[1];
    if (pending.startsWith('`')) {
      open = { ...open, code: !open.code };
      take(1);
      return colour ? (open.code ? accentSwitch.on : accentSwitch.off) : '`';
    }
    if (open.code) return take(1);
    if (pending.startsWith('[')) {
      const [whole, label = '', address = ''] = LINK.exec(pending) ?? [];
      if (whole !== undefined) {
        take(whole.length);
        return `${label} ${dim(`(${address})`)}`;
      }
      return !isLast && OPEN_LINK.test(pending) ? undefined : take(1);
    }
    if (next === undefined && !isLast) return undefined;
    if (next === '*') {
      take(2);
      return toggle('bold');
    }
    const begins = !open.emphasis && !/\w/.test(before) && next !== undefined && /\S/.test(next);
    const ends = open.emphasis && /\S/.test(before);
    if (!begins && !ends) return take(1);
    take(1);
    return toggle('emphasis');
  }

  function render(isLast: boolean): string {
    let shown = '';
    while (pending !== '') {
      if (atLineStart) {
        if (!isLast && OPEN_LINE.test(pending)) break;
        shown += startLine();
        continue;
      }
      const plain = (inFence ? /^[^\n]*/ : /^[^\n*`[]*/).exec(pending)?.[0].length ?? 0;
      if (plain > 0) shown += take(plain);
      else if (pending.startsWith('\n')) shown += endLine();
      else {
        const meant = mark(isLast);
        if (meant === undefined) break;
        shown += meant;
      }
    }
    return shown;
  }

  return {
    write(text) {
      pending += text;
      return render(false);
    },
    end() {
      const shown = render(true);
      return `${shown}${isBold() ? boldSwitch.off : ''}${open.code ? accentSwitch.off : ''}`;
    },
  };
}
