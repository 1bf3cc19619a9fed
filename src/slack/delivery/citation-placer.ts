/** What begins a line and is no word of it: margins, marks of lists and headings, bars, rules, underlines. */
const MARKS = /^(?:[\s>|:*+\-_=#~`\\]*|[\s>*+-]*\d{1,9}(?:[.)](?!\n)[\s>|:*+\-_=#~`\\]*)?)$/;
/** It may become the mark of a list item, or be a word. */
const NUMBER = /\d[.)]?$/;
const FENCE = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}(?=[^`\n]*\n?$)|~{3,})[^\n]*\n?$/;
const FENCE_END = /^[ \t>]*(`{3,}|~{3,})[ \t]*\n?$/;
/** Numbers stand before it: blanks, and the bar that ends a table's row. */
const MARGIN = /[\s|\\]*$/;

interface Fence {
  readonly ticks: string;
  /** What a line begins with that stands below the code and belongs to the same list item or quote. */
  readonly margin: string;
}

/**
 * Puts the [n] of an answer where they change nothing of its Markdown: behind the last word, before the line's end and a
 * row's last bar; behind a code block in a paragraph of their own. Loses no text. Holds back what may stand behind an [n].
 */
export class CitationPlacer {
  #held = '';
  #line = '';
  #owed: number[] = [];
  #fence: Fence | undefined;
  /** What an [n] would stand behind, once something was let out: words, or the code block with this margin. */
  #behind: 'nothing' | 'words' | Fence = 'nothing';
  #needsBlankLine = false;

  /** The part of the text that no [n] can stand before any more. */
  write(text: string): string {
    let out = '';
    // The model went on without a line break behind a code block that it had closed.
    if (this.#owed.length > 0 && this.#closesFence() && /^[^\s`~]/.test(text)) out += this.#leaveFence();
    for (const part of text.split(/(?<=\n)/)) out += this.#write(part);
    return out;
  }

  cite(number: number): string {
    this.#owed.push(number);
    const isOpen = this.#fence !== undefined || this.#behind === 'nothing';
    const isUndecided = MARKS.test(this.#line) && NUMBER.test(this.#line);
    return isOpen || isUndecided ? '' : this.#place();
  }

  /** What was held back. An open code block is closed when there are numbers to stand behind it. */
  end(): string {
    let out = '';
    if (this.#fence && this.#owed.length > 0) {
      const { ticks, margin } = this.#fence;
      if (!this.#closesFence()) out = `${this.#line === '' ? '' : '\n'}${margin}${ticks}`;
      this.#behind = this.#fence;
    }
    const rest = this.#held;
    const isWord = rest.trim() !== '' && NUMBER.test(rest);
    out += isWord ? this.#release(rest) + this.#place() : this.#place() + rest;
    this.#held = this.#line = '';
    this.#fence = undefined;
    return out;
  }

  #write(part: string): string {
    const isNewLine = this.#line === '';
    this.#line += part;
    const out = this.#fence ? this.#code(part, isNewLine) : this.#prose(part);
    if (part.endsWith('\n')) this.#line = '';
    return out;
  }

  #code(part: string, isNewLine: boolean): string {
    // A block in a quote ends with the quote.
    if (isNewLine && this.#fence?.margin.includes('>') && /^[^ \t>]/.test(part)) {
      this.#behind = 'words';
      this.#fence = undefined;
      const numbers = this.#place().trim();
      return (numbers && `\n${numbers}\n\n`) + this.#prose(part);
    }
    if (!part.endsWith('\n') || !this.#closesFence()) return part;
    const out = part.slice(0, -1) + this.#leaveFence();
    this.#held = '\n';
    return out;
  }

  #prose(part: string): string {
    this.#held += part;
    const line = this.#line;
    const [fence, margin = '', ticks = ''] = FENCE.exec(line) ?? [];
    if (fence !== undefined) {
      if (!line.endsWith('\n')) return '';
      this.#fence = { ticks, margin: margin.replace(/[^>\s]/g, ' ') };
      return this.#release(this.#held);
    }
    if (MARKS.test(line)) return '';
    const held = MARGIN.exec(this.#held)?.[0] ?? '';
    let out = this.#release(this.#held.slice(0, this.#held.length - held.length));
    this.#behind = 'words';
    if (line.endsWith('\n')) out += this.#place();
    this.#held = held;
    return out;
  }

  #closesFence(): boolean {
    const [, ticks = ''] = FENCE_END.exec(this.#line) ?? [];
    const open = this.#fence?.ticks;
    return open !== undefined && ticks[0] === open[0] && ticks.length >= open.length;
  }

  #leaveFence(): string {
    this.#behind = this.#fence ?? 'words';
    this.#fence = undefined;
    this.#line = '';
    return this.#place();
  }

  #place(): string {
    if (this.#owed.length === 0) return '';
    const numbers = this.#owed.map((number) => `[${number}]`).join(' ');
    this.#owed = [];
    if (typeof this.#behind === 'string') return `${this.#behind === 'words' ? ' ' : ''}${numbers}`;
    const { margin } = this.#behind;
    this.#behind = 'words';
    this.#needsBlankLine = true;
    return `\n${margin.trimEnd()}\n${margin}${numbers}`;
  }

  #release(text: string): string {
    this.#held = '';
    if (!this.#needsBlankLine || text === '') return text;
    this.#needsBlankLine = false;
    const breaks = /^\s*/.exec(text)?.[0].split('\n').length ?? 1;
    return '\n'.repeat(Math.max(0, 3 - breaks)) + text;
  }
}
