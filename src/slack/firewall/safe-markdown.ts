import { findSecret, lengthBeforeStart, MASK, secretIndex } from './find-secret.js';
import { type LinkParts, readLink } from './read-link.js';
import { SourceLinks } from './source-links.js';

/** Invisible, and no part of an address or a name: what it stands in links to nothing and pages nobody. */
const JOINER = '\u2060';
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Not waited for any longer: what may be a link, an address or a code span is taken as plain text then. */
const MAX_HELD = 3_000;
/** Hosts that are placeholders or this machine: left alone in code, where commands are copied from. RFC 2606, RFC 6761. */
const PLACEHOLDER =
  /^[a-z][a-z0-9+.-]*:\/\/(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\]|(?:[\w-]+\.)*(?:example(?:\.(?:com|org|net))?|localhost|test|invalid))(?=[:/?#\s"'`)\]};,]|$)(?![^\s]*@)/i;
const MENTIONS = ['@channel', '@here', '@everyone'];
/** A longer word is taken in parts: it may have to be read again from every start of a secret within. */
const PLAIN = /^(?:[\p{L}\p{N}_-]{1,64}|[^\p{L}\p{N}_\n\\`![<>&@:.。．｡])/u;
/** Nothing but the margin of a quote, and nothing but that and the marks of list items, since the line began. */
const LINE_START = /(?:^|\n)[ \t>]*$/;
const ITEM_START = /(?:^|\n)[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*$/;

type Mode = 'prose' | 'code' | 'label';

/** A piece of the text that is decided: so many characters of it become `out`. */
interface Piece {
  readonly length: number;
  readonly out: string;
}

/**
 * Makes model text safe for Slack while it streams: what comes out can page nobody, links to nothing but what occurs in the
 * sources, shows no image and no secret.
 *
 * Slack interprets `<!channel>` and `<@U…>` inside Markdown too, so `& < >` are escaped (not a `>` that begins a quote, not
 * the `&` of an address); Slack decodes them in code as well. Addresses that the sources do not hold get an invisible
 * joiner, so that neither Slack nor a browser takes them for one. What is not decided yet is held back, so that no boundary
 * between two deltas opens a hole.
 */
export class SafeMarkdown {
  readonly links: SourceLinks;
  readonly #inner: Mode;
  #held = '';
  /** The end of what has been read, as it was written: tells where a word, an address or a line began. */
  #before = '';
  /** The code block that the text is in: the characters that opened it, and whether in a quote, with which it would end. */
  #fence: { readonly ticks: string; readonly quoted: boolean } | undefined;
  /** A line came that Slack may read as the end or the beginning of code and we do not: no code is trusted any more. */
  #isDoubtful = false;

  constructor(links = new SourceLinks(), mode: Mode = 'prose') {
    this.links = links;
    this.#inner = mode;
  }

  /** The part of the text that can be shown already. */
  write(text: string): string {
    this.#held += text;
    return this.#read(false);
  }

  /** What was held back, at the end; closes a code block that is still open, so that nothing said after it becomes code. */
  end(): string {
    const rest = this.#read(true);
    if (!this.#fence) return rest;
    const { ticks } = this.#fence;
    this.#fence = undefined;
    return `${rest}${this.#before.endsWith('\n') ? '' : '\n'}${ticks}`;
  }

  #read(isWhole: boolean): string {
    let out = '';
    for (let at = 0; ; ) {
      const rest = this.#held.slice(at);
      const piece = rest === '' ? undefined : this.#piece(rest, isWhole);
      if (!piece) {
        this.#held = rest;
        return out;
      }
      this.#before = (this.#before + rest.slice(0, piece.length)).slice(-300);
      out += piece.out;
      at += piece.length;
    }
  }

  /** The first piece of the text, or undefined when more must be seen. */
  #piece(text: string, isWhole: boolean): Piece | undefined {
    const wait = !isWhole && text.length < MAX_HELD;
    const secret = findSecret(text, isWhole, this.#before);
    if (secret === 'undecided') return undefined;
    if (secret > 0) return { length: secret, out: MASK };
    if (this.#fence?.quoted && /\n$/.test(this.#before) && /^[^ \t>]/.test(text)) this.#fence = undefined;
    if (
      /^[`~]/.test(text) &&
      this.#inner === 'prose' &&
      (this.#fence ? LINE_START : ITEM_START).test(this.#before)
    ) {
      const fence = this.#fenceLine(text, wait);
      if (fence !== 'none') return fence;
    }
    const [char = ''] = text;
    if (char === '@') return this.#at(text, isWhole);
    if (char === ':') return this.#scheme(text, wait);
    if (this.#isProse()) {
      if (char === '\\') return wait && text.length < 2 ? undefined : escaped(text);
      if (char === '`') return this.#codeSpan(text, wait);
      if (char === '[' || char === '!') return this.#bracket(text, wait);
      if (char === '<') return this.#angle(text, wait);
      if (/[.。．｡]/.test(char)) return this.#dot(text, wait);
    }
    const isQuote = char === '>' && this.#inner === 'prose' && this.#fence?.quoted !== false;
    if (isQuote && LINE_START.test(this.#before)) return { length: 1, out: '>' };
    const word = PLAIN.exec(text)?.[0];
    // A word may go on; its end so far can be shown, unless a secret might begin there.
    const plain = word?.slice(0, lengthBeforeStart(word));
    return plain
      ? { length: plain.length, out: plain }
      : { length: char.length, out: ENTITIES[char] ?? char };
  }

  #isProse(): boolean {
    return this.#inner !== 'code' && (this.#fence === undefined || this.#isDoubtful);
  }

  #fenceLine(text: string, wait: boolean): Piece | undefined | 'none' {
    const [ticks = ''] = /^(?:`+|~+)/.exec(text) ?? [];
    if (ticks === text && wait) return undefined;
    if (this.#fence !== undefined) {
      if (ticks[0] !== this.#fence.ticks[0] || ticks.length < this.#fence.ticks.length)
        return this.#doubt(ticks);
      const [line = ticks, end] = /^[`~]+[ \t]*(\n|$)/.exec(text) ?? [];
      if (end === undefined) return this.#doubt(ticks);
      if (end === '' && wait) return undefined;
      this.#fence = undefined;
      return { length: line.length, out: line };
    }
    if (ticks.length < 3) return 'none';
    const line = /^[^\n]*/.exec(text)?.[0] ?? '';
    if (line === text && wait) return undefined;
    const info = line.slice(ticks.length);
    if (info.includes('`')) return 'none';
    if (ticks.startsWith('~')) this.#doubt(ticks);
    this.#fence = { ticks, quoted: />[^\n]*$/.test(this.#before) };
    return { length: line.length, out: ticks + this.#safe(info, 'code') };
  }

  #doubt(ticks: string): 'none' {
    if (ticks.length >= 3) this.#isDoubtful = true;
    return 'none';
  }

  #at(text: string, isWhole: boolean): Piece | undefined {
    const start = text.toLowerCase();
    if (!isWhole && MENTIONS.some((mention) => start.length < mention.length && mention.startsWith(start)))
      return undefined;
    const pages = MENTIONS.some((mention) => start.startsWith(mention));
    return { length: 1, out: pages ? `@${JOINER}` : '@' };
  }

  /** The rest of an address with a scheme, from its colon on. */
  #scheme(text: string, wait: boolean): Piece | undefined {
    const [scheme] = /[a-z][a-z0-9+.-]*$/i.exec(this.#before) ?? [];
    if (scheme === undefined) return { length: 1, out: ':' };
    if (wait && /^:(?:\\?\/?\\?)$/.test(text)) return undefined;
    const [run] = /^:(?:\\?\/){2}[^\s<>`]*/.exec(text) ?? [];
    if (run === undefined) return { length: 1, out: ':' };
    if (wait && run === text) return undefined;
    return this.#address(scheme, run);
  }

  /** The rest of a bare domain, from a dot on. */
  #dot(text: string, wait: boolean): Piece | undefined {
    const [host = ''] = /[\p{L}\p{N}_.\\-]*$/u.exec(this.#before) ?? [];
    if (host === '') return { length: 1, out: text.slice(0, 1) };
    const [run = ''] = /^[^\s<>`]*/.exec(text) ?? [];
    if (wait && run === text) return undefined;
    if (!/^(?:[.。．｡][\p{L}\p{N}_-]+)*[.。．｡]\p{L}{2,}/u.test(run))
      return { length: 1, out: text.slice(0, 1) };
    return this.#address(host, run);
  }

  /** `begun` is shown already; `rest` goes on to the next blank. */
  #address(begun: string, rest: string): Piece {
    const whole = begun + rest;
    const length = this.links.allowedLength(whole) - begun.length;
    const allowed = rest.slice(0, Math.max(0, length));
    if (allowed !== '' && secretIndex(rest, true) >= allowed.length)
      return { length: allowed.length, out: allowed };
    if (!this.#isProse()) {
      const placeholder = PLACEHOLDER.exec(whole)?.[0].length ?? 0;
      if (placeholder > begun.length) {
        const taken = rest.slice(0, placeholder - begun.length);
        if (!holdsSecret(taken)) return { length: taken.length, out: taken };
      }
    }
    // Only as far as a bracket, a quote or a secret: what follows it is read on its own.
    const [begin = rest] = /^(?::(?:\\?\/){2})?[^[\](){}"'|*]*/.exec(rest) ?? [];
    // With a bracket behind it an exclamation mark begins a picture.
    const open = begin.replace(/!{1,64}$/, '') || begin;
    const taken = open.slice(0, secretIndex(open, false)) || rest.slice(0, 1);
    const isCut = taken.length < open.length && /[.。．｡]$/.test(taken);
    return { length: taken.length, out: inert(taken) + (isCut ? JOINER : '') };
  }

  /** Code in a line. Its content is left as it is, but for what Slack would obey in code too. */
  #codeSpan(text: string, wait: boolean): Piece | undefined {
    const [ticks = ''] = /^`+/.exec(text) ?? [];
    const line = /^[^\n]*/.exec(text)?.[0] ?? '';
    for (const { 0: run, index } of line.slice(ticks.length).matchAll(/`+/g)) {
      if (run !== ticks) continue;
      const end = ticks.length + index + run.length;
      if (wait && end === text.length) return undefined;
      const content = line.slice(ticks.length, ticks.length + index);
      // In a table a bar ends the cell, and with it the code.
      const safe = this.#safe(content, content.includes('|') ? 'label' : 'code');
      return { length: end, out: ticks + safe + run };
    }
    return wait && line === text ? undefined : { length: ticks.length, out: ticks };
  }

  #bracket(text: string, wait: boolean): Piece | undefined {
    const isImage = text.startsWith('!');
    if (isImage && text[1] !== '[') return wait && text.length === 1 ? undefined : { length: 1, out: '!' };
    const link = readLink(isImage ? text.slice(1) : text, !wait);
    if (link === 'undecided') return undefined;
    if (link?.kind === 'inline')
      return { length: link.length + Number(isImage), out: this.#link(link, isImage) };
    if (isImage) return { length: 1, out: `!${JOINER}` };
    // A definition or a reference would lead somewhere from a distance.
    if (link) return { length: link.length, out: `[${this.#safe(link.label, 'label')}]${JOINER}` };
    return { length: 1, out: '[' };
  }

  #link({ label, target }: LinkParts, isImage: boolean): string {
    const text = this.#safe(label, 'label');
    const shown = isImage && text === '' ? 'image' : text;
    if (/^https?:\/\//i.test(target) && this.links.allows(target) && !holdsSecret(target)) {
      const encoded = target.replace(
        /[<>|\s()]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      );
      return `[${shown}](${encoded})`;
    }
    if (isImage || target === '' || target === label) return shown;
    const address = this.#safe(target, 'label');
    return address.includes(']') || address.includes('[') ? shown : `${shown} (${address})`;
  }

  /** `<https://…>` of the sources loses its brackets, which Slack would take into the address. */
  #angle(text: string, wait: boolean): Piece | undefined {
    const [start = ''] = /^<[^\s<>]*>?/.exec(text) ?? [];
    if (wait && start === text && !start.endsWith('>')) return undefined;
    const [, address] = /^<(https?:\/\/[^\s<>]+)>$/i.exec(start) ?? [];
    if (address && this.links.allows(address) && !holdsSecret(address))
      return { length: start.length, out: address };
    return { length: 1, out: '&lt;' };
  }

  #safe(text: string, mode: Mode): string {
    const inner = new SafeMarkdown(this.links, mode);
    return inner.write(text) + inner.end();
  }
}

/** A backslash that takes a character its meaning; not one before what is looked at all the same. */
function escaped(text: string): Piece {
  const length = /^\\[`\\*_{}()#+~|]/.test(text) ? 2 : 1;
  return { length, out: text.slice(0, length) };
}

/** Reads the same and links to nothing. */
function inert(address: string): string {
  return address
    .replace(/^:(?=\\?\/)/, `:${JOINER}`)
    .replace(/[.。．｡](?=[\p{L}\p{N}])/gu, (dot) => dot + JOINER)
    .replace(/@(?=channel|here|everyone)/gi, `@${JOINER}`)
    .replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
}

function holdsSecret(text: string): boolean {
  return secretIndex(text, true) < text.length;
}

/** `& < >` for text that is complete and goes where Slack's own markup is read, such as a title. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
}
