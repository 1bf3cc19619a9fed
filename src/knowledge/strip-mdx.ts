/** Fenced code, which stays as it is, even where it shows JSX. */
const FENCED = /^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\2[`~]*[ \t]*$|$(?![\s\S]))/gm;
const INLINE_CODE = /(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g;

/** Characters; a tag that is not closed must not be looked for through the whole file, again for each. */
const LONGEST_TAG = 5000;

/** Takes out of MDX what is program: imports, exports, comments and component tags. What the components hold stays. */
export function stripMdx(mdx: string): string {
  return outside(FENCED, mdx.replaceAll('\r\n', '\n'), (prose) =>
    outside(INLINE_CODE, withoutModules(prose).replace(/\{\s*\/\*[\s\S]*?\*\/\s*\}/g, ''), withoutTags),
  );
}

function outside(kept: RegExp, text: string, change: (text: string) => string): string {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(kept)) {
    result += change(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + change(text.slice(end));
}

/** An import or export begins a line and goes on to the next empty line, further while a brace is open. */
function withoutModules(prose: string): string {
  const kept: string[] = [];
  let open = 0;
  let inModule = false;
  for (const line of prose.split('\n')) {
    if (
      !inModule &&
      /^(?:import\s+["'{*\w]|export\s+(?:default|const|let|function|class|async|\{|\*))/.test(line)
    ) {
      inModule = true;
    }
    if (!inModule) {
      kept.push(line);
      continue;
    }
    for (const [bracket] of line.matchAll(/[{}()[\]]/g)) open += '{(['.includes(bracket) ? 1 : -1;
    if (line.trim() === '' && open <= 0) {
      inModule = false;
      open = 0;
      kept.push('');
    }
  }
  return kept.join('\n');
}

/** A tag's title or label is what a reader sees of it: it stays, as a line of its own. */
function withoutTags(prose: string): string {
  let result = '';
  let end = 0;
  for (const match of prose.matchAll(/<\/?(?:[A-Z][\w.]*|(?=>))/g)) {
    if (match.index < end) continue;
    const close = endOfTag(prose, match.index + match[0].length);
    if (close === undefined) continue;
    const attributes = prose.slice(match.index + match[0].length, close);
    const shown = /\b(?:title|label)=(?:"([^"]+)"|'([^']+)')/.exec(attributes);
    const title = shown?.[1] ?? shown?.[2];
    result += prose.slice(end, match.index) + (title ? `\n**${title}**\n\n` : '');
    end = close + 1;
  }
  return result + prose.slice(end);
}

/** Where the tag's ">" is: not inside a string or an expression. Undefined when it is no tag. */
function endOfTag(text: string, from: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let index = from; index < Math.min(text.length, from + LONGEST_TAG); index++) {
    const character = text.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (`"'\``.includes(character)) quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === '>' && depth <= 0) return index;
    else if (character === '<' && depth <= 0) return undefined;
  }
  return undefined;
}
