/** Text that is shown as it is, or the numbers of a marker such as [1] or [1, 3]. */
export type MarkedPiece = string | readonly number[];

/** Beyond this what looks like the address of a link is shown as text. */
const LONGEST_LINK = 2_000;

/** What may be the beginning of a marker, a link or code whose rest has not come yet; trailing spaces may go with a marker. */
const UNDECIDED = new RegExp(
  [
    ' *\\[[\\d ,;]{0,20}\\]?',
    // An index may have a member: "args[1].name".
    '(?<=\\w|^)\\[[\\d ,;]{1,20}\\]\\.',
    ' *\\[(?:n|no|not ?|not f|not fo|not fou|not foun|not found\\]?)',
    ' +',
    '`+',
    '~+',
    `\\](?:\\([^()\\s]{0,${LONGEST_LINK}})?`,
  ]
    .map((beginning) => `(?:${beginning})$`)
    .join('|'),
  'i',
);

const TOKEN =
  /(?<code>`+|~{3,})|(?<link>\]\([^()\s]*\))|(?<space> *)(?<marker>\[(?:(?<numbers>\d{1,2}(?: ?[,;] ?\d{1,2})*)|not found)\])(?!\(|\w|\.[a-z]|=)/gi;

/** "process.argv[1]", "maxArgs[1]": an index, also where its writer forgot to mark it as code. */
const INDEXED = /(?:[._$][A-Za-z]\w*|[a-z\d][A-Z]\w*)$/;

/**
 * Finds citation markers in text that streams. What only looks like one stays text: an index in code, a link, the definition
 * or the use of a reference link, a footnote ("[^1]"), a year. Text that could be the beginning of a marker is held back until
 * it is decided.
 */
export class CitationMarkers {
  #held = '';
  /** The backticks or tildes that opened the code we are in. */
  #code = '';
  /** What was shown last: a name before a bracket makes it an index. */
  #before = '\n';

  write(text: string): MarkedPiece[] {
    const all = this.#held + text;
    const decided = UNDECIDED.exec(all)?.index ?? all.length;
    this.#held = all.slice(decided);
    return this.#split(all.slice(0, decided));
  }

  /** What was held back, where nothing can continue it: trailing spaces still are, for the next text. */
  flush(): MarkedPiece[] {
    const text = this.#held.trimEnd();
    this.#held = this.#held.slice(text.length);
    return this.#split(text);
  }

  #split(text: string): MarkedPiece[] {
    const pieces: MarkedPiece[] = [];
    const show = (shown: string) => {
      if (shown === '') return;
      const last = pieces.at(-1);
      if (typeof last === 'string') pieces[pieces.length - 1] = last + shown;
      else pieces.push(shown);
      this.#before = (this.#before + shown).slice(-80);
    };
    let place = 0;
    while (place < text.length) {
      if (this.#code !== '') {
        const end = this.#endOfCode(text, place);
        show(text.slice(place, end));
        place = end;
        continue;
      }
      TOKEN.lastIndex = place;
      const token = TOKEN.exec(text);
      show(text.slice(place, token?.index ?? text.length));
      if (!token) break;
      place = token.index + token[0].length;
      const { code, marker, numbers, space = '' } = token.groups ?? {};
      if (code) this.#code = code;
      if (marker === undefined || this.#isText(space, marker, text[place])) {
        show(token[0]);
      } else {
        pieces.push(numbers?.split(/[,;]/).map(Number) ?? []);
        this.#before = `${this.#before.slice(-79)}\0`;
      }
    }
    return pieces;
  }

  /** @param next the character behind the marker, where it has come */
  #isText(space: string, marker: string, next: string | undefined): boolean {
    if (/^\[0+\]$/.test(marker) && space === '') return true;
    if (next === ':' && /\n *$/.test(this.#before + space)) return true;
    return space === '' && (INDEXED.test(this.#before) || this.#before.endsWith(']'));
  }

  /** Code ends with as many marks as opened it; in a line of text also with its paragraph: those marks were no code. */
  #endOfCode(text: string, from: number): number {
    const isFence = this.#code.length >= 3;
    const [lineBreak = ''] = /\n[^\S\n]*$/.exec(this.#before) ?? [];
    const marks = this.#code.startsWith('~') ? /~+/g : /`+|\n\s*\n/g;
    for (const found of (lineBreak + text.slice(from)).matchAll(marks)) {
      const [run] = found;
      const ends = run.startsWith('\n')
        ? !isFence
        : isFence
          ? run.length >= this.#code.length
          : run === this.#code;
      if (!ends) continue;
      this.#code = '';
      return from + found.index + run.length - lineBreak.length;
    }
    return text.length;
  }
}
