/**
 * Makes model text safe for Slack while it streams: what comes out can page nobody.
 *
 * Slack interprets `<!channel>` and `<@U…>` also inside Markdown, so `& <` are escaped, `>` too unless it begins a quote;
 * `@channel`, `@here`, `@everyone` get a word joiner after the @. Text that could be the beginning of such a word is held
 * back until it is decided, so that no boundary between two deltas opens a hole.
 */
export class SafeMarkdown {
  #held = '';
  #atLineStart = true;

  /** The part of the text that can be shown already. */
  write(text: string): string {
    const all = this.#held + text;
    const undecided = /@[a-z]{0,8}$/i.exec(all)?.index ?? all.length;
    this.#held = all.slice(undecided);
    return this.#escape(all.slice(0, undecided));
  }

  /** What was held back, at the end. */
  end(): string {
    const rest = this.#escape(this.#held);
    this.#held = '';
    return rest;
  }

  #escape(text: string): string {
    let out = '';
    for (const char of text.replace(/@(?=(?:channel|here|everyone)\b)/gi, '@\u2060')) {
      out += char === '>' && this.#atLineStart ? char : (ENTITIES[char] ?? char);
      this.#atLineStart = char === '\n' || (this.#atLineStart && (char === ' ' || char === '>'));
    }
    return out;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The same for text that is complete, such as a title. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
}
